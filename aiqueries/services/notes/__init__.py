"""Notes on questions under review: drafted by a model, marked by assessors."""
