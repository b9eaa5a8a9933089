"""What may leave, and how long texts are kept."""

from aiqueries.services.keeping.policies import set_sending_policy


__all__ = ["set_sending_policy"]
