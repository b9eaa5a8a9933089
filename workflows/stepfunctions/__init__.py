"""The engine that AWS Step Functions is, with a mirror of its executions in PostgreSQL."""
