"""
What the product needs on AWS, each thing made once: `manage.py bootstrap_aws` asks for it.

For sandboxes, rehearsals and tests. Names follow from QUEUE_PREFIX, account and region, so that a
second run finds what the first one made. Nothing is ever deleted.
"""

from collections.abc import Iterator

from config.bootstrap import bucket, feedback, heads, mail, queues, secret, signing, workflow
from config.bootstrap.things import Place, Thing


def things(place: Place) -> Iterator[Thing]:
    """Everything, in the order in which it can be made."""
    yield from queues.things(place)
    yield from workflow.things(place)
    yield from bucket.things(place)
    yield from heads.things(place)
    yield from secret.things(place)
    yield from mail.things(place)
    yield from feedback.things(place)
    yield from signing.things(place)


def environment(place: Place) -> dict[str, str]:
    """What the processes have to be told of it. No secrets."""
    return {
        "QUEUE_URL_BASE": queues.url_base(place),
        "QUEUE_PREFIX": place.prefix,
        "STATE_MACHINE_ARN": workflow.machine_arn(place),
        "FILES_BUCKET": bucket.name(place),
        "FILES_ORIGIN": bucket.origin(place),
        "HEADS_BUCKET": heads.name(place),
        "DATABASE_SECRET": secret.name(place),
        "AUDIT_KMS_KEY": signing.name(place),
    }


def environment_of_migrations(place: Place) -> dict[str, str]:
    """What `migrate` alone has to be told besides."""
    owner = secret.owner_name(place)
    return {"DATABASE_OWNER_SECRET": owner} if owner else {}
