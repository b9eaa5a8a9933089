"""The sealer: it reads the event log, writes an entry for every event, and grows the tree."""

from audit.services.sealing.batches import AT_ONCE as AT_ONCE
from audit.services.sealing.batches import first_needed as first_needed
from audit.services.sealing.batches import keep_still as keep_still
from audit.services.sealing.batches import seal_batch as seal_batch
from audit.services.sealing.batches import seal_events as seal_events
from audit.services.sealing.keys import keys_named as keys_named
from audit.services.sealing.rounds import run as run
