"""What `manage.py check` says about the key that signs the audit trail."""

import re
import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

from audit.proof import signers

# A name of a key in a signed note has neither spaces nor pluses.
_ORIGIN = re.compile(r"[^\s+]{1,255}")


@register(Tags.security)
def check_key(**_: Any) -> list[CheckMessage]:
    """audit.E001 and audit.E002: without a key entries are sealed, and no head is signed."""
    if settings.AUDIT_KMS_KEY:
        return []
    if not settings.AUDIT_KEY_FILE:
        return [
            Error(
                "Nothing says with which key the audit trail is signed.",
                hint="Set AUDIT_KMS_KEY to a key of KMS (`manage.py bootstrap_aws` makes one), or"
                " AUDIT_KEY_FILE to a file that `manage.py audit_key make` has made.",
                id="audit.E001",
            )
        ]
    path = Path(settings.AUDIT_KEY_FILE)
    if settings.ON_THIS_MACHINE and not path.exists():
        return []
    try:
        signers.FileSigner(path)
    except signers.NoSigningKey as error:
        return [
            Error(
                str(error),
                hint="AUDIT_KEY_FILE is a PEM file with a private key of Ed25519; `manage.py"
                " audit_key make` makes one where there is none.",
                id="audit.E002",
            )
        ]
    return []


@register(Tags.security)
def check_origin(**_: Any) -> list[CheckMessage]:
    """audit.E003: the name of the trail is signed with every head and never changes."""
    if _ORIGIN.fullmatch(settings.AUDIT_ORIGIN):
        return []
    return [
        Error(
            "AUDIT_ORIGIN is missing, or no name for an audit trail.",
            hint="Set it once and for all to something like imprimatur.example.org/audit: no"
            " spaces, no plus sign.",
            id="audit.E003",
        )
    ]


@register(Tags.security)
def check_key_file_is_ours_alone(**_: Any) -> list[CheckMessage]:
    """audit.W001: who can read the key can sign a trail of their own making."""
    path = Path(settings.AUDIT_KEY_FILE or "/nowhere")
    if settings.AUDIT_KMS_KEY or not path.is_file():
        return []
    if not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    return [
        Warning(
            f"Others than its owner can read {path}, which signs the audit trail.",
            hint=f"chmod 600 {path}",
            id="audit.W001",
        )
    ]
