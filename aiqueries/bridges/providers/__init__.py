"""Whoever answers: an AI provider behind one port."""
