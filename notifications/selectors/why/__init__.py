"""Why somebody was told of something, by which ways, and why not."""
