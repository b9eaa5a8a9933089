"""Use cases of the audit trail."""

from audit.services.sealing import first_needed as first_needed
from audit.services.sealing import seal_events as seal_events
