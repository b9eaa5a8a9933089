"""Every link of every mail, and what must stay as it is when somebody follows them."""

import re

from django.conf import settings
from django.db import connection
from django.urls import resolve

from accounts import roles
from audit.bridges.heads import _sample_head
from notifications.bridges.mail import compose, compose_digest
from notifications.kinds import KINDS, Kind
from notifications.models import Delivery
from tests.cast import person
from tests.notifications.mail.conftest import delivery, digest, notification

TIMES = 10
# Sessions come and go with visits; the trail and its source tell who looked at what.
MAY_CHANGE = {"django_session", "outbox_event", "outbox_event_id_seq"}
READING = {"audit.trail_read", "approvals.question_seen", "notifications.traces_read"}


def reader_of_all():
    """Somebody to whom every page is open that a mail may lead to."""
    every = (roles.ASSESSORS, roles.REQUESTERS, roles.AUDITORS, roles.ADMINISTRATORS)
    return person("Rita Leser", *every, is_staff=True)


def mails(reader, request):
    """Each mail that there is to somebody: one of each kind, a digest, the trail's head."""
    task = request.tasks.get()
    pages = [f"/tasks/{task.pk}/", f"/requests/{request.pk}/"]
    told = [
        notification(reader, kind, url=pages[KINDS[kind].action == "Open the request"])
        for kind in Kind
    ]
    told += [
        notification(reader, "REPAIR_PARKED", url="/activity/#repairs"),
        notification(reader, "CHANNEL_FAILED", url="/notifications/settings/"),
    ]
    for each in told:
        yield compose(delivery(each))
    several = list(Kind)[:4]
    due = digest(reader, *(notification(reader, kind, url=pages[0]) for kind in several))
    parts = Delivery.objects.filter(digest=due.digest_id).select_related("digest", "notification")
    yield compose_digest(parts[0].digest, list(parts))
    yield _sample_head()


def links_of(message):
    """Every address in text, HTML and head, as a path on our site."""
    html = "".join(part for part, _ in getattr(message, "alternatives", []))
    head = "".join(str(value) for value in message.extra_headers.values())
    found = re.findall(r"https?://[^\s\"<>]+", f"{message.body} {html} {head}")
    return {link.removeprefix(settings.SITE_URL.rstrip("/")) for link in found}


def one_of_each_page(links):
    """Of those pages that differ in no more than whose they are: one."""
    return list({_page(link): link for link in sorted(links)}.values())


def _page(link):
    found = resolve(link.partition("#")[0])
    return found.url_name if found.url_name in ("notification-why", "unsubscribe") else link


def state():
    """A digest of every table and sequence but those that visits may change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = sorted({name for (name,) in cursor.fetchall()} - MAY_CHANGE)
        found = {}
        for name in names:
            cursor.execute(
                "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                f'FROM "{name}" AS t'
            )
            found[name] = cursor.fetchone()
    return found
