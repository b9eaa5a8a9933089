"""What pages, API and admin read of AI queries. Nothing here changes anything."""
