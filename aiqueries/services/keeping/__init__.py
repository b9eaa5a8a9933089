"""What may leave, and how long texts are kept."""

from aiqueries.services.keeping.forgetting import forget_texts
from aiqueries.services.keeping.policies import set_sending_policy

__all__ = ["forget_texts", "set_sending_policy"]
