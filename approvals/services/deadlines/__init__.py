"""What is told before and after a task is due."""
