from aiqueries.services.asking import ask_query
from aiqueries.services.asking_once import ask_query_once
from aiqueries.services.seeing import note_reading

__all__ = ["ask_query", "ask_query_once", "note_reading"]
