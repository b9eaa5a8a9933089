"""Pages on which the trail is handed over."""
