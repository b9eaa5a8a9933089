"""What `make bench` measures. Not part of the product, and not type-checked."""
