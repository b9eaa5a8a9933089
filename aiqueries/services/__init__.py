from aiqueries.services.asking import ask_query

__all__ = ["ask_query"]
