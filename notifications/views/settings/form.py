"""How somebody is told, as a form: the matrix of kinds and channels, and their hours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms

from notifications.kinds import KINDS, Channel, Every, Kind, Mode
from notifications.selectors import Cell, Preferences, modes_for
from notifications.services.preferences import SETTINGS

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_IN_THE_LIST = {Mode.NOW: "In the inbox", Mode.OFF: "Straight to the archive"}


def zones() -> list[tuple[str, str]]:
    """Those named after places, and UTC: no abbreviations, which mean different things."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and "Etc/" not in zone)
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *named)]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of the matrix, and a field for each channel; None where it is fixed."""

    kind: Kind
    cells: list[tuple[Cell, str, forms.BoundField | None]]


class PreferencesForm(forms.Form):
    """Unbound it shows what holds; `settings` and `choices` are what was sent."""

    time_zone = forms.ChoiceField(choices=zones, label="Time zone")
    quiet_from = forms.TimeField(required=False, label="Quiet from")
    quiet_to = forms.TimeField(required=False, label="Quiet until")
    quiet_weekends = forms.BooleanField(required=False, label="Quiet on Saturday and Sunday")
    digest_every = forms.ChoiceField(choices=Every.choices, label="How often")
    digest_weekday = forms.TypedChoiceField(
        choices=list(enumerate(DAYS)), coerce=int, label="On (every week)"
    )
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        label="At (every day or week)",
    )
    most_an_hour = forms.IntegerField(
        min_value=1,
        max_value=1000,
        label="At most so many in an hour",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, preferences: Preferences, data: Mapping[str, Any] | None = None) -> None:
        saved = {name: getattr(preferences.settings, name) for name in SETTINGS}
        super().__init__(data, initial=saved)
        self.preferences = preferences
        for name in ("quiet_from", "quiet_to"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        for cell in preferences.cells:
            if not cell.fixed:
                self.fields[_name(cell)] = _field(cell)

    @property
    def rows(self) -> Iterator[Row]:
        for kind in KINDS:
            cells = [cell for cell in self.preferences.cells if cell.kind == kind]
            yield Row(kind=kind, cells=[self._shown(cell) for cell in cells])

    def _shown(self, cell: Cell) -> tuple[Cell, str, forms.BoundField | None]:
        said = _words(cell.channel)[cell.mode]
        return cell, said, None if cell.fixed else self[_name(cell)]

    @property
    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS}

    @property
    def choices(self) -> dict[tuple[Kind, Channel], Mode | None]:
        return {
            (cell.kind, cell.channel): Mode(chosen) if chosen else None
            for cell in self.preferences.cells
            if not cell.fixed
            for chosen in [self.cleaned_data[_name(cell)]]
        }


def _name(cell: Cell) -> str:
    return f"{cell.kind}.{cell.channel}"


def _field(cell: Cell) -> forms.ChoiceField:
    words = _words(cell.channel)
    offered = [(mode.value, words[mode]) for mode in modes_for(cell.channel)]
    usual = ("", f"Usual: {words[cell.general].lower()}")
    named = {"aria-labelledby": f"kind-{cell.kind} channel-{cell.channel}"}
    return forms.ChoiceField(
        choices=[usual, *offered],
        required=False,
        initial=cell.own or "",
        widget=forms.Select(attrs=named),
    )


def _words(channel: Channel) -> Mapping[Mode, str]:
    if channel == Channel.IN_APP:
        return _IN_THE_LIST
    return {mode: mode.label for mode in Mode}
