"""What readers are shown: names, changes, histories, the archive."""
