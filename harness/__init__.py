"""Faults on purpose: real processes are killed and cut off, and a checker looks at what is left."""
