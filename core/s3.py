"""Files on S3. Apart from core.storage, as this loads boto3."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

from core.aws import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT


class PrivateS3Storage(S3Storage):  # type: ignore[misc]
    """A private bucket: every address is signed, and no call waits for ever."""

    def __init__(self, **options: Any) -> None:
        patience = Config(
            signature_version="s3v4",
            # Addresses name the bucket's region: elsewhere S3 answers with a redirect, which no
            # signature survives.
            s3={"addressing_style": "virtual"},
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        super().__init__(querystring_auth=True, client_config=patience, **options)
