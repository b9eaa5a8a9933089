"""Bodies and filters of the API in which every member has to be known, and of its own type."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

_ABOUT_PAGES = ("cursor", "limit", "format")
_SHOWN = 40  # characters of a name that nobody knows


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know: a misspelt member would be a default that nobody chose."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            strange = [name for name in data if name not in self.fields]
            if strange:
                faults = {str(name)[:_SHOWN]: ["There is no such member."] for name in strange}
                raise ValidationError(faults, code="unknown_member")
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text, as it was sent; a number is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(serializers.UUIDField):
    """A UUID as text; a number is none."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


def understood(form: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, in the shape that the form asks for. Raises ValidationError."""
    filled = form(data=data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def filters(form: type[serializers.Serializer[Any]], sent: Mapping[str, str]) -> dict[str, Any]:
    """The same for the query of a list, without what asks for a page of it."""
    return understood(form, {name: sent[name] for name in sent if name not in _ABOUT_PAGES})
