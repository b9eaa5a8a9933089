"""What bootstrap_aws compares, away from any AWS."""

import json

import pytest

from config.bootstrap import bucket, queues
from config.bootstrap.things import Place, demands_tls, document, merged, same_policy


@pytest.fixture
def place(settings):
    settings.FILES_BUCKET = ""
    return Place(
        partition="aws-us-gov",
        account="210987654321",
        region="us-gov-west-1",
        prefix="exams-",
        has_tls=True,
    )


def test_a_name_says_partition_region_and_account(place):
    assert (
        place.arn("sqs", "exams-audit")
        == "arn:aws-us-gov:sqs:us-gov-west-1:210987654321:exams-audit"
    )


def test_a_role_belongs_to_no_region(place):
    assert place.arn("iam", "role/exams") == "arn:aws-us-gov:iam::210987654321:role/exams"


def test_a_buckets_name_is_one_that_nobody_else_has(place):
    assert bucket.name(place) == "exams-files-210987654321-us-gov-west-1"


def test_merging_replaces_our_statement_and_keeps_theirs():
    theirs, older = {"Sid": "Theirs"}, {"Sid": "TlsOnly", "Effect": "Allow"}
    ours = demands_tls(["arn:of:queue"], "sqs:*")

    result = merged(json.dumps(document(theirs, older)), [ours])

    assert result["Statement"] == [theirs, ours]


def test_the_order_of_statements_does_not_matter():
    one, other = {"Sid": "One"}, {"Sid": "Other"}

    assert same_policy(json.dumps(document(one, other)), document(other, one))
    assert not same_policy(json.dumps(document(one)), document(one, other))


def test_over_tls_everything_else_is_refused(place, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-gov-west-1")

    names = [thing.name for thing in bucket.things(place)]

    assert names[-1] == "bucket exams-files-210987654321-us-gov-west-1: demands TLS"


def test_dead_letters_come_before_the_queue_that_names_them(place, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-gov-west-1")

    names = [thing.name for thing in queues.things(place)]

    assert names[:2] == ["queue exams-celery-accounts-dead", "queue exams-celery-accounts"]
