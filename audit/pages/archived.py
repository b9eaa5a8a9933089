"""An entry that lies in the archive."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit import selectors
from audit.models import Segment
from audit.reading.archive import ArchiveAltered


def archived(request: HttpRequest, segment: Segment, sequence: int) -> HttpResponse:
    """The record as its segment has it, or why it cannot be read."""
    words = {"sequence": sequence, "segment": segment}
    try:
        record = selectors.record_of(sequence)
    except (ArchiveAltered, OSError) as error:
        return render(
            request,
            "audit/archived.html",
            {**words, "trouble": str(error)},
            status=HTTPStatus.SERVICE_UNAVAILABLE,
        )
    text = record["text"].replace("{actor}", _name(record["actor"].get("label")), 1)
    parts = [(name, json.dumps(value, ensure_ascii=False)) for name, value in record.items()]
    return render(request, "audit/archived.html", {**words, "text": text, "parts": parts})


def _name(label: object) -> str:
    return label if isinstance(label, str) and label else "Somebody"
