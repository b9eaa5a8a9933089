"""Write another wording of a prompt, and say which one is in use."""

from django.db import transaction

from accounts.models import User
from aiqueries.content import wording_digest
from aiqueries.events import PromptChosen, PromptWritten
from aiqueries.exceptions import InvalidWording
from aiqueries.models import ANSWER, Prompt, PromptVersion
from aiqueries.wording import DATA, PROMPT
from outbox.publishing import publish

LONGEST = 20_000  # characters of instructions, and of content
LONGEST_NOTE = 200
MOST_TOKENS = 8_000


@transaction.atomic
def write_prompt_version(
    *, prompt: Prompt, instructions: str, content: str, most_tokens: int, note: str, actor: User
) -> PromptVersion:
    """
    Keep another wording of the prompt. It is not in use before somebody chooses it.

    Raises InvalidWording: where a place is missing in the content, or stands in the instructions,
    where something is too long, and where an earlier version says the very same.
    """
    prompt = Prompt.objects.select_for_update(no_key=True).get(pk=prompt.pk)
    version = checked_wording(
        prompt=prompt,
        instructions=instructions,
        content=content,
        most_tokens=most_tokens,
        note=note,
    )
    newest = prompt.versions.order_by("-number").first()
    version.number = newest.number + 1 if newest else 1
    version.created_by = actor
    version.save(force_insert=True)
    publish(
        PromptWritten(
            prompt_id=prompt.pk,
            prompt=prompt.name,
            version=version.number,
            digest=version.digest,
        ),
        actor=actor.as_actor(),
    )
    return version


def checked_wording(
    *, prompt: Prompt, instructions: str, content: str, most_tokens: int, note: str
) -> PromptVersion:
    """The version that this would be, without number and author. Raises InvalidWording."""
    instructions, content = _text(instructions, "instructions"), _text(content, "content")
    _ensure_places(prompt, instructions=instructions, content=content)
    _ensure_limits(most_tokens, note)
    digest = wording_digest(instructions=instructions, content=content, most_tokens=most_tokens)
    if same := prompt.versions.filter(digest=digest).first():
        raise InvalidWording(f"Version {same.number} says the same. Choose that one.")
    return PromptVersion(
        prompt=prompt,
        instructions=instructions,
        content=content,
        most_tokens=most_tokens,
        note=note.strip(),
        digest=digest,
    )


@transaction.atomic
def choose_prompt_version(*, version: PromptVersion, actor: User) -> None:
    """Have queries that come from now on use this wording; an earlier one as well."""
    prompt = Prompt.objects.select_for_update(no_key=True).get(pk=version.prompt_id)
    if prompt.current_id == version.pk:
        return
    before = prompt.current.number if prompt.current else 0
    prompt.current = version
    prompt.save(update_fields=["current"])
    publish(
        PromptChosen(
            prompt_id=prompt.pk, prompt=prompt.name, version=version.number, before=before
        ),
        actor=actor.as_actor(),
    )


def _text(given: str, field: str) -> str:
    text = given.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidWording("This must say something.", field=field)
    if len(text) > LONGEST:
        raise InvalidWording(f"This has at most {LONGEST:,} characters.", field=field)
    return text


def _ensure_places(prompt: Prompt, *, instructions: str, content: str) -> None:
    needed = [DATA, PROMPT] if prompt.name == ANSWER else [DATA]
    for place in needed:
        if content.count(place) != 1:
            raise InvalidWording(f"{place} must stand in it, once.", field="content")
    for place in (DATA, PROMPT):
        if place in instructions:
            raise InvalidWording(
                f"{place} belongs into the content: what others wrote is never an instruction.",
                field="instructions",
            )


def _ensure_limits(most_tokens: int, note: str) -> None:
    if not 1 <= most_tokens <= MOST_TOKENS:
        raise InvalidWording(f"An answer has 1 to {MOST_TOKENS:,} tokens.", field="most_tokens")
    if len(note) > LONGEST_NOTE:
        raise InvalidWording(f"A note has at most {LONGEST_NOTE} characters.", field="note")
