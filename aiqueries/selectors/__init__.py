"""What is read of AI queries. Nothing here changes anything."""
