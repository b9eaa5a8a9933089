"""Words and marks that every template uses. Built in: no template has to load them."""

from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.amounts import dollars, duration

register = template.Library()
register.filter(dollars)
register.filter(duration)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = timedelta(hours=1)

# What a status is shown as: colour and icon. The word itself comes with the status.
STATUS_LOOKS = {
    "PENDING": ("pending", "clock"),
    "RUNNING": ("pending", "play"),
    "WAITING": ("pending", "clock"),
    "QUEUED": ("pending", "clock"),
    "APPROVED": ("ok", "circle-check"),
    "SUCCEEDED": ("ok", "circle-check"),
    "DONE": ("ok", "circle-check"),
    "REJECTED": ("bad", "circle-x"),
    "FAILED": ("bad", "circle-x"),
    "DEAD": ("bad", "circle-x"),
    "CHANGES_REQUESTED": ("late", "square-pen"),
    "EXPIRED": ("late", "hourglass"),
    "TIMED_OUT": ("late", "hourglass"),
    "CANCELLED": ("plain", "ban"),
    "ABORTED": ("plain", "ban"),
    "CHECKING": ("pending", "loader-circle"),
    "READY": ("pending", "list-checks"),
    "IMPORTING": ("pending", "loader-circle"),
    "DISCARDED": ("plain", "trash-2"),
    "GOOD": ("ok", "circle-check"),
    "DUPLICATE": ("late", "copy"),
    "ERROR": ("bad", "circle-x"),
}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, classes: str = "i") -> SafeString:
    """
    A mark from static/icons.svg. It says nothing to a screen reader: the text beside it does.

    Kept once made, as a page has a hundred of them.
    """
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=512)
def status_pill(status: str, label: str = "") -> SafeString:
    """A status in its colour, with an icon, so that colour is never the only sign."""
    look, mark = STATUS_LOOKS.get(status, ("plain", "circle"))
    words = label or status.replace("_", " ").capitalize()
    return format_html('<span class="pill {}">{}{}</span>', look, icon(mark), words)


@register.filter
def initials(name: object) -> str:
    """The first letters of the first and last name, for the round mark that stands for a person."""
    words = str(name).replace("@", " ").split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


@register.filter
def at_most(number: int, most: int) -> str:
    """A number as one can take it in: 99+ where there are more than 99."""
    return f"{most}+" if number > most else str(number)


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """A moment as people write it; the exact one is in the title and for machines."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localdate()
    if local.date() == today:
        words = f"{local:%H:%M}"
    elif local.year == today.year:
        words = f"{local.day} {local:%b, %H:%M}"
    else:
        words = f"{local.day} {local:%b %Y}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        f"{local.day} {local:%B %Y, %H:%M:%S %Z}",
        words,
    )


@register.filter
def age(moment: datetime | None) -> str:
    """How long ago, in the largest unit that fits: 12 min, 5 h, 2 d."""
    return "" if moment is None else span(timezone.now() - moment)


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in the largest unit that fits."""
    if length is None:
        return ""
    if length < MINUTE:
        return "now" if length < timedelta(seconds=10) else f"{length.seconds} s"
    if length < HOUR:
        return f"{length // MINUTE} min"
    return f"{length // HOUR} h" if length < 2 * DAY else f"{length // DAY} d"


@register.filter
def milliseconds(number: int) -> str:
    """So many of them, in the unit that fits."""
    return duration(timedelta(milliseconds=number))


@register.filter
def due(moment: datetime | None) -> SafeString | str:
    """When a task falls due, as a pill: late ones and those of the next hour stand out."""
    if moment is None:
        return ""
    left = moment - timezone.now()
    if left <= timedelta(0):
        look, mark, words = "late", "triangle-alert", f"Overdue {span(-left)}"
    elif left <= SOON:
        look, mark, words = "late", "triangle-alert", f"Due in {max(left // MINUTE, 1)} min"
    else:
        look, mark, words = "pending", "clock", f"Due {_day_or_hours(moment, left)}"
    title = f"{timezone.localtime(moment):%d %B %Y, %H:%M %Z}"
    return format_html(
        '<span class="pill {}" title="{}">{}{}</span>', look, title, icon(mark), words
    )


def _day_or_hours(moment: datetime, left: timedelta) -> str:
    local, today = timezone.localtime(moment), timezone.localdate()
    days = (local.date() - today).days
    if days == 0 or left < timedelta(hours=12):
        return f"in {left // HOUR} h"
    if days == 1:
        return "tomorrow"
    return f"{local:%a}" if days < 7 else f"{local.day} {local:%b}"
