"""Questions and files that come from outside."""
