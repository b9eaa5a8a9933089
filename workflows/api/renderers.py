"""Answers that are not JSON."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from rest_framework.renderers import BaseRenderer, JSONRenderer

from workflows.diagram import Diagram

STYLES = ("css/base.css", "css/diagram.css")


class SvgRenderer(BaseRenderer):
    """A Diagram as an SVG document; anything else is a problem and stays JSON."""

    media_type = "image/svg+xml"
    format = "svg"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if not isinstance(data, Diagram):
            return bytes(JSONRenderer().render(data))
        context = {"diagram": data, "alone": True, "style": style()}
        return render_to_string("workflows/_drawing.html", context).strip().encode()


@lru_cache
def style() -> str:
    """The style sheets that the diagram needs, as one text."""
    found = [finders.find(name) for name in STYLES]
    return "".join(Path(path).read_text(encoding="utf-8") for path in found if path)
