"""`manage.py bootstrap_aws` on both emulators."""

import json
import uuid
from io import StringIO

import pytest
from django.conf import settings as product
from django.core.management import CommandError, call_command

from config.emulator import ACCOUNT, REGION
from core import aws
from core.queues import QUEUES

pytestmark = pytest.mark.slow

DATABASE_URL = "postgres://imprimatur:let-me-in@db.example.org:5433/exams"
OWNER_URL = "postgres://owner:let-it-in@db.example.org:5433/exams"


@pytest.fixture(scope="module", params=["moto", "ministack"])
def sandbox(request):
    """An emulator where one bootstrap has been run; what a test changes there it mends."""
    emulator = request.getfixturevalue(request.param)
    names = {
        "QUEUE_PREFIX": f"b{uuid.uuid4().hex[:12]}-",
        "FILES_BUCKET": "",
        "HEADS_BUCKET": "",
        "DATABASE_SECRET": "",
        # moto's KMS refuses keys of Ed25519: there it is somebody's own, and not made.
        "AUDIT_KMS_KEY": "theirs" if request.param == "moto" else "",
    }
    with pytest.MonkeyPatch.context() as patch:
        databases = {"DATABASE_URL": DATABASE_URL, "DATABASE_OWNER_URL": OWNER_URL}
        for name, value in {**emulator.environment, **databases}.items():
            patch.setenv(name, value)
        patch.setenv("MAIL_IDENTITY", f"{names['QUEUE_PREFIX']}mail@example.com")
        for name, value in names.items():
            patch.setattr(product, name, value)
        aws.forget()
        yield emulator
    aws.forget()


@pytest.fixture(scope="module", autouse=True)
def made(sandbox):
    """What the first run said."""
    return bootstrap()


@pytest.fixture
def elsewhere(sandbox, settings):
    """Where nothing has our prefix yet."""
    settings.QUEUE_PREFIX = f"e{uuid.uuid4().hex[:12]}-"


def bootstrap(*arguments):
    out = StringIO()
    call_command("bootstrap_aws", *arguments, stdout=out)
    return out.getvalue()


def environment(said):
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def attributes(name):
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_a_second_run_changes_nothing():
    again = bootstrap()

    assert "✓ queue" in again
    assert [word for word in ("created", "changed") if word in again] == []


def test_a_dry_run_makes_nothing(elsewhere, settings):
    said = bootstrap("--dry-run")

    assert f"+ queue {settings.QUEUE_PREFIX}approval-status: would create it" in said
    assert not aws.client("sqs").list_queues(QueueNamePrefix=settings.QUEUE_PREFIX).get("QueueUrls")


def test_it_tells_the_processes_what_they_need(made, sandbox, settings):
    processes = made.partition("Migrations alone")[0]

    assert environment(processes) == {
        "QUEUE_URL_BASE": f"{sandbox.url}/{ACCOUNT}/",
        "QUEUE_PREFIX": settings.QUEUE_PREFIX,
        "STATE_MACHINE_ARN": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:"
        f"{settings.QUEUE_PREFIX}approval-workflow",
        "FILES_BUCKET": f"{settings.QUEUE_PREFIX}files-{ACCOUNT}-{REGION}",
        "FILES_ORIGIN": sandbox.url,
        "HEADS_BUCKET": f"{settings.QUEUE_PREFIX}heads-{ACCOUNT}-{REGION}",
        "DATABASE_SECRET": f"{settings.QUEUE_PREFIX}database",
        "AUDIT_KMS_KEY": settings.AUDIT_KMS_KEY or f"alias/{settings.QUEUE_PREFIX}audit",
    }


def test_it_prints_no_secret(made):
    assert "let-me-in" not in made
    assert "let-it-in" not in made


def test_every_queue_is_as_the_table_says(settings):
    for queue in QUEUES.values():
        found = attributes(settings.QUEUE_PREFIX + queue.name)
        redrive = json.loads(found["RedrivePolicy"])
        assert found["VisibilityTimeout"] == str(queue.visibility)
        assert int(redrive["maxReceiveCount"]) == queue.receives
        assert redrive["deadLetterTargetArn"].endswith(
            f":{settings.QUEUE_PREFIX}{queue.dead_letters}"
        )
        assert found["SqsManagedSseEnabled"] == "true"


def test_a_queue_that_was_changed_is_mended(settings):
    name = settings.QUEUE_PREFIX + "approval-status"
    url = aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})

    said = bootstrap()

    assert f"✓ queue {name}: changed" in said
    assert attributes(name)["VisibilityTimeout"] == str(QUEUES["approval-status"].visibility)


def test_what_others_may_do_with_the_status_queue_stays(settings):
    name = settings.QUEUE_PREFIX + "execution-status"
    policy = json.loads(attributes(name)["Policy"])
    policy["Statement"] += [
        {"Sid": "Theirs", "Effect": "Allow", "Principal": "*", "Action": "sqs:GetQueueUrl"}
    ]
    policy["Statement"][0]["Condition"] = {}
    url = aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})

    bootstrap()

    statements = {each["Sid"]: each for each in json.loads(attributes(name)["Policy"])["Statement"]}
    assert set(statements) == {"StatusChanges", "Theirs"}
    assert statements["StatusChanges"]["Condition"] == {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"}
    }


def test_the_state_machine_is_brought_up_to_date(made):
    arn = environment(made)["STATE_MACHINE_ARN"]
    states = aws.client("stepfunctions")
    wanted = json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])
    older = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps(older))

    said = bootstrap()

    found = json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])
    assert "approval-workflow: changed" in said
    assert found == wanted
    assert found["StartAt"] == "PrepareStage"


def test_the_role_may_send_to_the_workflows_two_queues_only(settings):
    policy = aws.client("iam").get_role_policy(
        RoleName=f"{settings.QUEUE_PREFIX}approval-workflow", PolicyName="send-to-queues"
    )["PolicyDocument"]

    (statement,) = policy["Statement"]
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Resource"] == [
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:{settings.QUEUE_PREFIX}{queue}"
        for queue in ("approval-assignments", "approval-status")
    ]


def test_status_changes_of_this_machine_only_go_to_the_queue(made, settings):
    arn = environment(made)["STATE_MACHINE_ARN"]
    events, rule = aws.client("events"), f"{settings.QUEUE_PREFIX}execution-status"

    pattern = json.loads(events.describe_rule(Name=rule)["EventPattern"])
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]

    assert pattern["detail"] == {"stateMachineArn": [arn]}
    assert target["Arn"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:{rule}"


def test_the_bucket_is_private_encrypted_and_keeps_versions(made):
    bucket = environment(made)["FILES_BUCKET"]
    s3 = aws.client("s3")

    access = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]

    assert set(access.values()) == {True}
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "AES256"
    }
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_the_secret_has_the_shape_that_rds_writes(made):
    secret = environment(made)["DATABASE_SECRET"]

    said = aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]

    assert json.loads(said) == {
        "engine": "postgres",
        "username": "imprimatur",
        "password": "let-me-in",
        "host": "db.example.org",
        "port": 5433,
        "dbname": "exams",
    }


def test_the_owner_of_the_tables_has_a_secret_that_only_migrations_are_told(made):
    processes, _, migrations = made.partition("Migrations alone have to be told:\n")
    secret = environment(migrations)["DATABASE_OWNER_SECRET"]

    said = aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]

    assert "DATABASE_OWNER_SECRET" not in processes
    assert (json.loads(said)["username"], json.loads(said)["password"]) == ("owner", "let-it-in")


def test_a_secret_that_is_there_is_never_overwritten(settings):
    settings.DATABASE_SECRET = f"{settings.QUEUE_PREFIX}theirs"
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name=settings.DATABASE_SECRET, SecretString="theirs")

    bootstrap()

    assert secrets.get_secret_value(SecretId=settings.DATABASE_SECRET)["SecretString"] == "theirs"


def test_without_credentials_it_says_where_they_are_looked_for(elsewhere, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")

    with pytest.raises(CommandError, match=r"✗ secret .* Set DATABASE_URL .*`--skip secret`"):
        bootstrap("--skip", "queues", "role", "machine", "rule", "bucket")


def test_what_is_skipped_is_said_and_not_made(elsewhere, settings):
    said = bootstrap(
        "--skip", "queues", "role", "machine", "rule", "bucket", "secret", "mail", "key"
    )

    assert f"- secret {settings.QUEUE_PREFIX}database: left out" in said
    assert not aws.client("sqs").list_queues(QueueNamePrefix=settings.QUEUE_PREFIX).get("QueueUrls")


def test_everything_carries_our_tag(settings):
    url = aws.client("sqs").get_queue_url(QueueName=f"{settings.QUEUE_PREFIX}audit-trail")
    tags = aws.client("sqs").list_queue_tags(QueueUrl=url["QueueUrl"])["Tags"]

    assert tags == {"application": "imprimatur", "prefix": settings.QUEUE_PREFIX}


def test_an_aws_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    aws.forget()

    with pytest.raises(CommandError, match="AWS cannot be asked: Could not connect"):
        bootstrap()
    aws.forget()
