"""Other services report to the trail: strictly read, once written, under their own name."""

from uuid import uuid4

import pytest
from django.contrib.postgres.search import SearchQuery

from audit.consumers import check_reports, take_reports
from audit.models import Entry, Record
from outbox.events import Permanent
from outbox.models import Event

ID = "0198c6a2-7d1e-7c3a-9d55-2f6f0c9d1a11"


def report(**fields):
    """A report of the billing service; fields that are None are left out."""
    whole = {
        "id": ID,
        "source": "billing",
        "action": "invoice.sent",
        "actor": {"id": "42", "label": "Mira Holt"},
        "object": {"kind": "invoice", "id": "2026-117"},
        "text": "Mira Holt sent invoice 2026-117.",
        "occurred_at": "2026-11-21T09:30:00+01:00",
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


def test_a_report_becomes_an_entry_under_the_services_name(recorded):
    take_reports({"m-1": report()})

    (entry,) = recorded()

    assert entry.action == "billing:invoice.sent"
    assert (entry.actor_id, entry.actor_label) == ("billing:42", "Mira Holt (billing)")
    assert (entry.subject_kind, entry.subject_id) == ("invoice", "2026-117")
    assert entry.sentence == "Mira Holt (billing): invoice sent."
    assert entry.detail["text"] == "Mira Holt sent invoice 2026-117."
    assert entry.detail["occurred_at"] == "2026-11-21T08:30:00+00:00"
    assert entry.detail["report_id"] == ID
    assert entry.happened_at == Event.objects.get().occurred_at


def test_the_same_report_again_is_written_once(recorded):
    take_reports({"m-1": report(), "m-2": report()})
    take_reports({"m-3": report(text="Another word for it.")})

    (entry,) = recorded()

    assert entry.detail["text"] == "Mira Holt sent invoice 2026-117."


def test_the_same_id_of_another_service_is_another_report(recorded):
    take_reports({"m-1": report(), "m-2": report(source="library")})

    assert sorted(entry.action for entry in recorded()) == [
        "billing:invoice.sent",
        "library:invoice.sent",
    ]


def test_a_batch_keeps_its_order(recorded):
    take_reports({str(n): report(id=str(uuid4()), text=f"Number {n}.") for n in range(5)})

    assert [entry.detail["text"] for entry in recorded()] == [f"Number {n}." for n in range(5)]


def test_an_entry_of_a_report_cannot_be_changed(recorded):
    take_reports({"m-1": report()})
    (entry,) = recorded()

    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.filter(pk=entry.pk).update(text="Nobody sent anything.")


def test_text_that_looks_like_a_template_stays_as_it_is(recorded):
    take_reports({"m-1": report(text="{actor} and {source.__class__}")})

    (entry,) = recorded()

    assert entry.text == "{actor}: invoice sent."
    assert entry.detail["text"] == "{actor} and {source.__class__}"


def test_a_report_is_found_by_its_words_which_stand_in_a_box(recorded):
    take_reports({"m-1": report()})
    (entry,) = recorded()

    found = Entry.objects.filter(search=SearchQuery("mira invoices", config="english"))

    assert [each.sequence for each in found] == [entry.sequence]
    assert "Mira" not in Record.objects.get().body


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "A report lacks id."),
        ({"id": "117"}, "id must be a UUID."),
        ({"id": 117}, "id must be a UUID."),
        ({"amount": 3}, "A report must not have amount."),
        ({"source": "Approvals!"}, "source must be a service's name in lower case."),
        ({"source": "x" * 31}, "source must be text of 1 to 30 characters."),
        ({"action": "Sent"}, "action must be words_in_lower_case joined by dots."),
        ({"actor": "Mira"}, "actor must be an object."),
        ({"actor": {"id": "42"}}, "actor lacks label."),
        ({"object": {"kind": "invoice", "id": ""}}, "id must be text of 1 to 255 characters."),
        ({"text": " "}, "text must be text of 1 to 1000 characters."),
        ({"text": "x" * 1001}, "text must be text of 1 to 1000 characters."),
        (
            {"occurred_at": "2026-11-21T09:30:00"},
            "occurred_at must be a time with its offset from UTC, in ISO 8601.",
        ),
        (
            {"occurred_at": "0001-01-01T00:00:00+01:00"},
            "occurred_at must be a time with its offset from UTC, in ISO 8601.",
        ),
        (
            {"occurred_at": "yesterday"},
            "occurred_at must be a time with its offset from UTC, in ISO 8601.",
        ),
    ],
    ids=[
        "no id",
        "no uuid",
        "a number",
        "another field",
        "a source with other letters",
        "a long source",
        "an action with other letters",
        "a bare actor",
        "half an actor",
        "an empty id",
        "no words",
        "too many words",
        "no offset",
        "before all time",
        "no time",
    ],
)
def test_a_malformed_report_is_refused_for_good(fields, reason):
    with pytest.raises(Permanent) as refusal:
        check_reports(report(**fields))

    assert str(refusal.value) == reason


def test_a_message_may_bring_several_reports(recorded):
    take_reports({"m-1": {"reports": [report(), report(source="library")]}, "m-2": report()})

    assert len(recorded()) == 2


def test_a_malformed_one_spoils_the_message_it_comes_in():
    with pytest.raises(Permanent) as refusal:
        check_reports({"reports": [report(), report(id="117")]})

    assert str(refusal.value) == "reports[1]: id must be a UUID."


def test_a_batch_is_written_by_two_statements(db, django_assert_num_queries):
    several = [report(id=str(uuid4()), actor={"id": str(n), "label": "M"}) for n in range(100)]

    with django_assert_num_queries(4):  # the savepoint's two besides
        take_reports({"m-1": {"reports": several}})
