"""Reads files of questions. Pure: bytes go in, rows and reasons come out, nothing is stored."""
