"""Asking for an export."""

from django.db import transaction

from accounts.models import User
from accounts.roles import AUDITORS, has_role
from audit.events import ExportAsked
from audit.exceptions import NamesAreForAuditors, TooManyExports, TooManyPeople
from audit.models import Export, Person
from audit.reading.selection import Selection
from outbox.publishing import publish

UNDER_WAY_AT_MOST = 3  # of one person
PEOPLE_AT_MOST = 50


@transaction.atomic
def ask_for_export(*, selection: Selection, with_names: bool, person: User) -> Export:
    """Note that somebody wants these entries; a worker begins within seconds."""
    if with_names and not has_role(person, AUDITORS):
        raise NamesAreForAuditors("Only auditors may take names along.", field="with_names")
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    under_way = Export.objects.filter(
        asked_by=str(person.pk), status__in=[Export.Status.WAITING, Export.Status.RUNNING]
    )
    if under_way.count() >= UNDER_WAY_AT_MOST:
        raise TooManyExports(
            f"{UNDER_WAY_AT_MOST} of your exports are being written. Wait for one of them."
        )
    export = Export.objects.create(
        asked_by=str(person.pk), selection=selection.written(), with_names=with_names
    )
    publish(
        ExportAsked(export_id=str(export.pk), selection=selection.written(), with_names=with_names),
        actor=person.as_actor(),
    )
    return export


def people_called(words: str) -> tuple[str, ...]:
    """
    The ids of those with this id, or who go by a name with these words.

    What is asked for outlives today's names, so it is kept by ids. Raises TooManyPeople.
    """
    named = Person.objects.filter(label__icontains=words).values_list("pk", flat=True)
    found = sorted(named[: PEOPLE_AT_MOST + 1]) or [words]
    if len(found) > PEOPLE_AT_MOST:
        raise TooManyPeople("Too many people go by that name. Say more of it.", field="person")
    return tuple(found)
