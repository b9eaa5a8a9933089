from pathlib import Path

import pytest

from audit.models import Batch
from tests.audit.trail import entry


@pytest.fixture(autouse=True)
def own_places(settings, tmp_path):
    """Files, workshops and the signing key of this test alone."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.AUDIT_KEY_FILE = str(tmp_path / "keys" / "audit-key.pem")
    settings.AUDIT_ORIGIN = "imprimatur.localhost/audit"


def kept_files(settings):
    """What lies in the storage, as paths."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def sealed_up_to(size, **fields):
    """Entries up to this sequence, as the sealer leaves them after a batch."""
    newest = Batch.objects.order_by("-size").first()
    for sequence in range(newest.size + 1 if newest else 1, size + 1):
        entry(sequence, **fields)
    Batch.objects.create(size=size, transaction_id=size, log_id=size)
