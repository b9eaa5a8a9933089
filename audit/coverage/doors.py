"""Through which doors state can be changed here: found by looking, so that none is forgotten."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from core.admin import ReadOnly

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# What a pattern takes may name what is installed: only its name is of interest.
_GROUP = re.compile(r"\(\?P(<\w+>)[^()]*\)")
ANY = "ANY"  # a view that does not say which methods it takes


def routes() -> list[str]:
    """Each address outside the admin with each method that may change something: "POST inbox/"."""
    found = {
        f"{method} {route}"
        for route, view in _views(get_resolver().url_patterns, "")
        for method in _methods(view) - SAFE
        if not _is_of_a_model(view)
    }
    return sorted(found, key=lambda name: name.partition(" ")[::-1])


def admin_actions() -> list[str]:
    """What the admin can do to things: "approvals.ApprovalTask approve", "accounts.User change"."""
    found = []
    for model, site in admin.site._registry.items():
        deeds = [] if isinstance(site, ReadOnly) else ["add", "change", "delete"]
        named = [action.__name__ if callable(action) else action for action in site.actions or ()]
        found += [f"{model._meta.label} {deed}" for deed in (*deeds, *named)]
    return sorted(found)


def tasks() -> list[str]:
    """The Celery tasks of ours."""
    current_app.loader.import_default_modules()
    ours = tuple(f"{name}." for name in _own_apps())
    return sorted(name for name in current_app.tasks if name.startswith(ours))


def commands() -> list[str]:
    """The commands of `manage.py` that are ours."""
    return sorted(name for name, app in get_commands().items() if app in _own_apps())


def _own_apps() -> set[str]:
    here = Path(settings.BASE_DIR)
    return {app.name for app in apps.get_app_configs() if Path(app.path).parent == here}


def _views(
    patterns: list[URLPattern | URLResolver], before: str
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, route)
        elif pattern.callback is not None:
            yield _GROUP.sub(r"\1", route), pattern.callback


def _methods(view: Callable[..., Any]) -> set[str]:
    """The methods that a view takes, as far as it says."""
    by_method = getattr(view, "actions", None)
    if by_method:
        return {name.upper() for name in by_method}
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if kind is not None:
        return {name.upper() for name in kind.http_method_names if hasattr(kind, name)}
    return _named_methods(view) or {ANY}


def _named_methods(view: Callable[..., Any]) -> set[str]:
    """Those that Django's `require_http_methods` keeps inside itself."""
    layer: Any = view
    while layer is not None:
        code = getattr(layer, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            cell = layer.__closure__[code.co_freevars.index("request_method_list")]
            return set(cell.cell_contents)
        layer = getattr(layer, "__wrapped__", None)
    return set()


def _is_of_a_model(view: Callable[..., Any]) -> bool:
    """Whether it is a page of the admin for one model: those are told by deed."""
    return getattr(view, "model_admin", None) is not None
