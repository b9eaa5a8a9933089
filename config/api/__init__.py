"""What every answer of the API has in common, and its description."""
