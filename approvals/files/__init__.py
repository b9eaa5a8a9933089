"""Files that may be attached to a question: what they must be like. Pure: bytes in, bytes out."""
