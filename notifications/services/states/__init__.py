"""How far people are with what they were told, and what they put away or off."""
