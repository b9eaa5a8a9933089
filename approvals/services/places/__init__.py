"""Who has a place on a task, and to whom it passes."""
