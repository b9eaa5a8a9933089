"""How the caller is told: kinds and channels, quiet hours, digest and measure."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from notifications.api.watches import person_of
from notifications.kinds import Channel, Every, Kind, Mode
from notifications.models import PersonSettings
from notifications.selectors import Preferences, preferences_of
from notifications.services.preferences import SETTINGS, Preview, preview, save_preferences


@extend_schema_field(
    {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"}
)
class LocalTimeField(serializers.TimeField):
    """A time of day as clocks show it; OpenAPI's own format `time` has an offset from UTC."""


class ChoiceSerializer(serializers.Serializer[Any]):
    """`mode` null: as for everybody."""

    kind = serializers.ChoiceField(Kind.choices)
    channel = serializers.ChoiceField(Channel.choices)
    mode = serializers.ChoiceField(Mode.choices, allow_null=True)


class HeldChoiceSerializer(ChoiceSerializer):
    """`general` holds for everybody who chose nothing; `fixed` says why one cannot choose."""

    general = serializers.ChoiceField(Mode.choices)
    fixed = serializers.CharField(allow_blank=True)


class SettingsSerializer(serializers.Serializer[Any]):
    """
    Quiet hours are local to `time_zone`, a name of the IANA database; both null for none.

    `digest_weekday` counts from Monday, 0. `most_an_hour` is the number of mails, and of chat
    messages, after which the rest waits and comes together.
    """

    time_zone = serializers.CharField(max_length=64)
    quiet_from = LocalTimeField(allow_null=True)
    quiet_to = LocalTimeField(allow_null=True)
    quiet_weekends = serializers.BooleanField()
    digest_every = serializers.ChoiceField(Every.choices)
    digest_hour = serializers.IntegerField(min_value=0, max_value=23)
    digest_weekday = serializers.IntegerField(min_value=0, max_value=6)
    most_an_hour = serializers.IntegerField(min_value=1, max_value=1000)

    def validate_time_zone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("No such time zone is known.")
        return name


class WantedSerializer(SettingsSerializer):
    """What is not named stays with PATCH, and goes back to what is usual with PUT."""

    choices = ChoiceSerializer(many=True, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for field in self.fields.values():
            field.required = False


class PreferencesSerializer(SettingsSerializer):
    choices = HeldChoiceSerializer(many=True)


class CountSerializer(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(Channel.choices)
    single = serializers.IntegerField()
    digests = serializers.IntegerField()
    waiting = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer[Any]):
    said = serializers.CharField()
    counts = CountSerializer(many=True)


Wanted = tuple[dict[str, Any], dict[tuple[Kind, Channel], Mode | None]]


class OwnPreferences(APIView):
    @extend_schema(
        operation_id="get_notification_preferences",
        responses=PreferencesSerializer,
        tags=["notifications"],
    )
    def get(self, request: Request) -> Response:
        """How the caller is told, with one choice for each kind and each channel they have."""
        return _answer(person_of(request))

    @extend_schema(
        operation_id="replace_notification_preferences",
        request=WantedSerializer,
        responses=PreferencesSerializer,
        tags=["notifications"],
    )
    def put(self, request: Request) -> Response:
        """
        Replace all of it: what is not named goes back to what is usual.

        422 `bad_preference` for what contradicts itself, 409 `mode_is_fixed` for what is set for
        everybody. What waits for the caller goes by it at once.
        """
        person = person_of(request)
        settings, choices = _wanted(request.data)
        usual: dict[str, Any] = {name: getattr(PersonSettings(), name) for name in SETTINGS}
        none = dict.fromkeys(preferences_of(person.pk).choices)
        return _save(person, (usual | settings, none | choices))

    @extend_schema(
        operation_id="change_notification_preferences",
        request=WantedSerializer,
        responses=PreferencesSerializer,
        tags=["notifications"],
    )
    def patch(self, request: Request) -> Response:
        """Change what is named. Refusals are those of PUT."""
        return _save(person_of(request), _wanted(request.data))


class PreferencesPreview(APIView):
    @extend_schema(
        operation_id="preview_notification_preferences",
        request=WantedSerializer,
        responses=PreviewSerializer,
        tags=["notifications"],
    )
    def post(self, request: Request) -> Response:
        """What would have been sent in the last seven days after such a PATCH; nothing is saved."""
        settings, choices = _wanted(request.data)
        seen = preview(person_id=person_of(request).pk, settings=settings, choices=choices)
        return Response(PreviewSerializer(_seen(seen)).data)


def _wanted(data: Any) -> Wanted:
    form = WantedSerializer(data=data)
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    choices = {
        (Kind(each["kind"]), Channel(each["channel"])): Mode(each["mode"]) if each["mode"] else None
        for each in given.pop("choices", [])
    }
    return given, choices


def _save(person: User, wanted: Wanted) -> Response:
    settings, choices = wanted
    save_preferences(
        person_id=person.pk, settings=settings, choices=choices, actor=person.as_actor()
    )
    return _answer(person)


def _answer(person: User) -> Response:
    return Response(PreferencesSerializer(_shown(preferences_of(person.pk))).data)


def _shown(held: Preferences) -> Mapping[str, Any]:
    settings: dict[str, Any] = {name: getattr(held.settings, name) for name in SETTINGS}
    choices = [
        {
            "kind": cell.kind,
            "channel": cell.channel,
            "mode": None if cell.fixed else cell.own,
            "general": cell.general,
            "fixed": cell.fixed,
        }
        for cell in held.cells
    ]
    return {**settings, "choices": choices}


def _seen(seen: Preview) -> Mapping[str, Any]:
    return {
        "said": seen.said,
        "counts": [
            {"channel": channel, **vars(count)} for channel, count in sorted(seen.counts.items())
        ],
    }
