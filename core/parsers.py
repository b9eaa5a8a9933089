"""What the API reads: JSON of a bearable size, with text that a database can hold."""

import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser

LARGEST_BODY = 2 * 1024 * 1024  # bytes: files have doors of their own
LARGEST_FILE_BODY = 6 * 1024 * 1024  # bytes: a file of 5 MB and what is said around it
UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = f"A request may carry {LARGEST_BODY} bytes at most."


class FileParser(MultiPartParser):
    """One file with a few fields, as browsers send forms (RFC 7578); 6 MiB at most."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Fields and files, or BodyTooLarge or ParseError."""
        _refuse_long_body(parser_context, LARGEST_FILE_BODY)
        return super().parse(stream, media_type, parser_context)


class StrictJSONParser(JSONParser):
    """
    JSON as in RFC 8259, at most 2 MiB, without NUL and without halves of surrogate pairs.

    PostgreSQL stores neither in a text, and both reach code that never expected them.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document, or BodyTooLarge, ParseError or ValidationError."""
        _refuse_long_body(parser_context)
        try:
            document = super().parse(stream, media_type, parser_context)
            faults = list(_unstorable("", document))
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        if faults:
            message = "Text may not contain NUL characters or unpaired surrogates."
            raise ValidationError({f or "body": [message] for f in faults}, code="unstorable_text")
        return document


def _refuse_long_body(parser_context: Mapping[str, Any] | None, most: int = LARGEST_BODY) -> None:
    request = (parser_context or {}).get("request")
    length = request.META.get("CONTENT_LENGTH") if request is not None else None
    if length and length.isdigit() and int(length) > most:
        raise BodyTooLarge(f"A request may carry {most} bytes at most.")


def _unstorable(place: str, value: Any) -> Iterator[str]:
    """The places, such as `options[0]`, of texts that cannot be stored."""
    if isinstance(value, str):
        if UNSTORABLE.search(value):
            yield place
    elif isinstance(value, dict):
        for name, member in value.items():
            if UNSTORABLE.search(name):
                yield place
            else:
                yield from _unstorable(f"{place}.{name}" if place else name, member)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _unstorable(f"{place}[{index}]", member)
