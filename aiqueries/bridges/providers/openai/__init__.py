"""OpenAI's Responses API by its SDK, and whoever else speaks it."""
