"""PostgreSQL with credentials from Secrets Manager, as an engine for Django's DATABASES."""
