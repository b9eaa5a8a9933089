"""
Where definitions come from: a file of the project, and rows for those that ever ran.

Parsed definitions are kept in the process by their digest: a digest never changes its content.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from workflows.asl.definition import Definition as Machine
from workflows.asl.definition import load
from workflows.asl.errors import AslError
from workflows.exceptions import InvalidDefinition, StateMachineDoesNotExist
from workflows.models import Definition

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_stored: set[str] = set()


class Source:
    """A definition as read from its file, with its digest."""

    def __init__(self, name: str, content: Any) -> None:
        self.name = name
        self.content = content
        canonical = json.dumps([name, content], sort_keys=True, separators=(",", ":"))
        self.digest = hashlib.sha256(canonical.encode()).hexdigest()
        self.machine = parsed(content, name=name)


def parsed(content: Any, *, name: str) -> Machine:
    """The checked definition. Raises InvalidDefinition with every problem, one a line."""
    try:
        return load(content, name=name)
    except AslError as error:
        raise InvalidDefinition("\n".join(error.problems)) from None


def read(text: str, substitutions: Mapping[str, str]) -> Any:
    """
    A document in a file, its ${Name} placeholders filled as CloudFormation would fill them.

    Raises InvalidDefinition.
    """

    def fill(match: re.Match[str]) -> str:
        if match[1] not in substitutions:
            raise InvalidDefinition(f"{match[0]}: nothing to put in its place.")
        return json.dumps(substitutions[match[1]])[1:-1]

    try:
        return json.loads(_PLACEHOLDER.sub(fill, text), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InvalidDefinition(f"Not JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise InvalidDefinition(f"{name}: stands twice in the same object.")
    return dict(pairs)


@lru_cache
def source(name: str) -> Source:
    """The definition in statemachine/NAME.asl.json. Raises StateMachineDoesNotExist."""
    folder = Path(settings.BASE_DIR) / "statemachine"
    path = folder / f"{name}.asl.json"
    if path.parent != folder or not path.is_file():
        raise StateMachineDoesNotExist(f"There is no workflow called {name}.")
    text = path.read_text(encoding="utf-8")
    return Source(name, read(text, settings.WORKFLOW_SUBSTITUTIONS))


def ensure_stored(wanted: Source) -> None:
    """See that the row is there, at no cost once this process knows that it is."""
    if wanted.digest in _stored:
        return
    row = Definition(digest=wanted.digest, name=wanted.name, content=wanted.content)
    Definition.objects.bulk_create([row], ignore_conflicts=True)
    # Only a commit makes it so for good.
    transaction.on_commit(partial(_stored.add, wanted.digest))


@lru_cache(maxsize=256)
def machine(digest: str) -> Machine:
    """The definition that an execution began with."""
    row = Definition.objects.get(pk=digest)
    return parsed(row.content, name=row.name)


def forget(**_: Any) -> None:
    """Know nothing of rows: they may have gone with a flush."""
    _stored.clear()
