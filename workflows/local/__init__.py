"""The engine that needs nothing but PostgreSQL: a row an execution, a transaction a step."""
