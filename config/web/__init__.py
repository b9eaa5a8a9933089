"""What every page has in common, and the pages that belong to no app."""
