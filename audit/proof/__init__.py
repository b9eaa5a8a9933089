"""What is proved and how: records, their boxes, the tree over them, signed heads."""
