"""Keeping searches of the trail."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from audit.events.searches import (
    SearchDeleted,
    SearchKeptPrivate,
    SearchRestored,
    SearchSaved,
    SearchShared,
)
from audit.models import SavedSearch
from audit.reading.filters import EntryFilter
from core.errors import Conflict, Invalid, NotFound
from outbox.publishing import publish

MOST_SEARCHES = 50  # of a person


class NoSuchSearch(NotFound):
    code = "search_not_found"


class NameTaken(Conflict):
    """They have another search of this name."""

    code = "search_name_taken"


def searches_for(user: User) -> Any:
    """One's own searches and those that others share, by name."""
    mine_or_shared = Q(owner=user) | Q(is_shared=True)
    found = SavedSearch.objects.filter(mine_or_shared, deleted_at=None)
    return found.select_related("owner").order_by("name", "pk")


@transaction.atomic
def save_search(*, name: str, query: str, is_shared: bool, actor: User) -> SavedSearch:
    """
    Keep a search under a new name, or in the place of the one that has the name.

    `query` is an address's, after the `?`; of it the filters are kept.

    Raises Invalid for a query that asks for nothing, or for more than there is room for.
    """
    kept = _filters_in(query)
    if not kept:
        raise Invalid("There is nothing to keep: narrow the trail first.", field="query")
    mine = SavedSearch.objects.filter(owner=actor, deleted_at=None)
    if mine.exclude(name=name).count() >= MOST_SEARCHES:
        raise Invalid(f"You keep {MOST_SEARCHES} searches already: delete one.", field="name")
    found, _ = mine.update_or_create(
        owner=actor, name=name, deleted_at=None, defaults={"query": kept, "is_shared": is_shared}
    )
    publish(SearchSaved(search_id=str(found.pk)), actor=actor.as_actor())
    if is_shared:
        publish(SearchShared(search_id=str(found.pk)), actor=actor.as_actor())
    return found


@transaction.atomic
def share_search(*, search_id: int, on: bool, actor: User) -> SavedSearch:
    """Offer one's own search to everybody who may read the trail, or no longer."""
    search = _own(search_id, actor)
    if search.is_shared != on:
        search.is_shared = on
        search.save(update_fields=["is_shared"])
        event = SearchShared if on else SearchKeptPrivate
        publish(event(search_id=str(search.pk)), actor=actor.as_actor())
    return search


@transaction.atomic
def delete_search(*, search_id: int, actor: User) -> SavedSearch:
    """Delete one's own search; it can be had back until the next one is deleted."""
    search = _own(search_id, actor)
    SavedSearch.objects.filter(owner=actor, deleted_at__isnull=False).delete()
    SavedSearch.objects.filter(pk=search.pk).update(deleted_at=Now())
    publish(SearchDeleted(search_id=str(search.pk)), actor=actor.as_actor())
    return search


@transaction.atomic
def restore_search(*, search_id: int, actor: User) -> SavedSearch:
    """Have a deleted search back. Raises NameTaken where another has its name by now."""
    search = _own(search_id, actor, is_deleted=True)
    mine = SavedSearch.objects.filter(owner=actor, deleted_at=None)
    if mine.filter(name=search.name).exists():
        raise NameTaken("You have another search of this name now.")
    search.deleted_at = None
    search.save(update_fields=["deleted_at"])
    publish(SearchRestored(search_id=str(search.pk)), actor=actor.as_actor())
    return search


def _own(search_id: int, actor: User, *, is_deleted: bool = False) -> SavedSearch:
    rows = SavedSearch.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=search_id, owner=actor, deleted_at__isnull=not is_deleted).first()
    if found is None:
        raise NoSuchSearch("There is no such search, or it is not yours.")
    return found


def _filters_in(query: str) -> str:
    """The filters of an address, in one order. Raises Invalid for one that finds nothing."""
    given = {
        name: value
        for name, value in parse_qsl(query)
        if name in EntryFilter.base_fields and value.strip()
    }
    form = EntryFilter(given)
    if not form.is_valid():
        raise Invalid("This search is not one that finds something.", field="query")
    return urlencode(sorted(given.items()))
