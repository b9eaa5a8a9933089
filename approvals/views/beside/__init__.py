"""What pages show beside a question: its road, its flaws, what is like it."""
