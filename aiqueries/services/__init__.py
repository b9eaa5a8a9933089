from aiqueries.services.asking import ask_query
from aiqueries.services.asking_once import ask_query_once
from aiqueries.services.cancelling import cancel_query
from aiqueries.services.seeing import note_reading
from aiqueries.services.sweeping import sweep

__all__ = ["ask_query", "ask_query_once", "cancel_query", "note_reading", "sweep"]
