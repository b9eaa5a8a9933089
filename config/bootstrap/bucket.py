"""The private bucket for files."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from django.conf import settings

from config.bootstrap.things import (
    Place,
    State,
    Thing,
    compared,
    demands_tls,
    merged,
    same_policy,
)
from core import aws
from core.s3 import PrivateS3Storage

NOT_PUBLIC = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
OWNERSHIP = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
_ABSENT = (
    "404",
    "NoSuchBucket",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchBucketPolicy",
)


def name(place: Place) -> str:
    """FILES_BUCKET, or a name that nobody else on AWS is likely to have."""
    said: str = settings.FILES_BUCKET
    return said or f"{place.prefix}files-{place.account}-{place.region}"


def origin(place: Place) -> str:
    """Where browsers load its files from: the beginning of every signed address."""
    address = urlsplit(PrivateS3Storage(bucket_name=name(place)).url("any"))
    return f"{address.scheme}://{address.netloc}"


def things(place: Place) -> Iterator[Thing]:
    """The bucket for files."""
    yield from private(place, name(place))


def private(place: Place, bucket: str, **creation: Any) -> Iterator[Thing]:
    """A bucket, made with what `creation` says, and what makes it private."""
    s3 = aws.client("s3")
    aspect = partial(_aspect, bucket)
    yield _bucket(place, bucket, **creation)
    yield aspect(
        "blocks public access",
        lambda: (
            s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            == NOT_PUBLIC
        ),
        lambda: s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=NOT_PUBLIC
        ),
    )
    yield aspect(
        "knows no ACLs",
        lambda: s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == OWNERSHIP,
        lambda: s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=OWNERSHIP),
    )
    yield aspect(
        "encrypts",
        lambda: _algorithm(bucket) in {"AES256", "aws:kms", "aws:kms:dsse"},
        lambda: s3.put_bucket_encryption(
            Bucket=bucket, ServerSideEncryptionConfiguration=ENCRYPTION
        ),
    )
    yield aspect(
        "keeps versions",
        lambda: s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled",
        lambda: s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        ),
    )
    if place.has_tls:
        yield _tls_only(place, bucket)


def _bucket(place: Place, bucket: str, **creation: Any) -> Thing:
    s3 = aws.client("s3")

    def look() -> State:
        # Somebody else's bucket of that name answers 403, and is not ours to touch.
        s3.head_bucket(Bucket=bucket)
        return State.AS_WANTED

    def create() -> None:
        # us-east-1 is the one region that may not be said.
        where = {"LocationConstraint": place.region}
        said = {} if place.region == "us-east-1" else {"CreateBucketConfiguration": where}
        s3.create_bucket(Bucket=bucket, **said, **creation)
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": place.tag_list})

    return Thing(
        kind="bucket",
        name=f"bucket {bucket}",
        look=compared(lambda: look() is State.AS_WANTED, absent=_ABSENT),
        create=create,
        change=create,
    )


def _aspect(
    bucket: str, words: str, as_wanted: Callable[[], bool], put: Callable[[], Any]
) -> Thing:
    return Thing(
        kind="bucket",
        name=f"bucket {bucket}: {words}",
        look=compared(as_wanted, absent=_ABSENT),
        create=put,
        change=put,
    )


def _algorithm(bucket: str) -> str:
    answer = aws.client("s3").get_bucket_encryption(Bucket=bucket)
    rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
    said: str = rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
    return said


def _tls_only(place: Place, bucket: str) -> Thing:
    s3 = aws.client("s3")
    arn = f"arn:{place.partition}:s3:::{bucket}"
    ours = [demands_tls([arn, f"{arn}/*"], "s3:*")]

    def found() -> str:
        policy: str = s3.get_bucket_policy(Bucket=bucket)["Policy"]
        return policy

    def put() -> None:
        try:
            there = found()
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
            there = ""
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(merged(there, ours)))

    return _aspect(bucket, "demands TLS", lambda: same_policy(found(), merged(found(), ours)), put)
