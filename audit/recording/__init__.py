"""What is written down, and in which words: calls, reports of other services, sentences."""
