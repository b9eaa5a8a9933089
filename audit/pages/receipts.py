"""Receipts for people: a sheet to read and print, the file that proves it, and links to them."""

import json
from base64 import b64decode
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from audit.models import ACTOR, SOMEBODY
from audit.proof import records
from audit.services import receipts
from core.errors import Conflict, NotFound


@require_safe
@never_cache
def receipt(request: PersonRequest, sequence: int) -> HttpResponse:
    """What a receipt says, to be read and printed."""
    return _shown(
        request, sequence, lambda found: render(request, "audit/receipt.html", _sheet(found))
    )


@require_safe
@never_cache
def download(request: PersonRequest, sequence: int) -> HttpResponse:
    """The receipt as a file."""
    return _shown(request, sequence, lambda found: _file(found, sequence))


@require_safe
@never_cache
def of_request(request: PersonRequest, request_id: UUID) -> HttpResponse:
    """A part of a page: the receipts that this person has of a request's decisions."""
    found = receipts.decisions(person=request.user, request_id=request_id)
    return render(request, "audit/_receipts.html", {"sequences": found})


def _shown(
    request: PersonRequest, sequence: int, show: Callable[[dict[str, Any]], HttpResponse]
) -> HttpResponse:
    """The receipt as `show` makes it, or why this person does not have it, or not yet."""
    try:
        found = receipts.receipt(sequence=sequence, person=request.user)
    except Conflict as refusal:
        context = {"sequence": sequence, "problem": str(refusal)}
        return render(request, "audit/receipt.html", context, status=HTTPStatus.CONFLICT)
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal
    return show(found)


def _file(found: dict[str, Any], sequence: int) -> HttpResponse:
    return HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=1),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="receipt-{sequence}.json"'},
    )


def _sheet(found: dict[str, Any]) -> dict[str, Any]:
    """What the sheet shows: the record as far as the receipt's own keys open it."""
    record = records.disclosed(
        found["body"], keys={name: b64decode(key) for name, key in found["keys"].items()}
    )
    origin, size, root, time, *_ = found["note"].split("\n")
    actor = record["actor"]["label"]
    name = actor if isinstance(actor, str) else SOMEBODY
    return {
        "sequence": found["sequence"],
        "receipt": found,
        "record": record,
        "sentence": record["text"].replace(ACTOR, name, 1),
        "actor": name,
        "reason": record["reason"] if isinstance(record["reason"], str) else "",
        "is_reason_locked": not isinstance(record["reason"], str),
        "head": {"origin": origin, "size": size, "root": root, "time": time.removeprefix("time ")},
    }
