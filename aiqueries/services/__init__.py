from aiqueries.services.asking import ask_query
from aiqueries.services.asking_once import ask_query_once

__all__ = ["ask_query", "ask_query_once"]
