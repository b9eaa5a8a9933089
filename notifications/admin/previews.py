"""The admin's pages on which every mail can be looked at, in light, in dark and on a phone."""

from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.letters import SAMPLES, Sample
from notifications.bridges.mail import samples as samples
from notifications.shut_in import shut_in

_WITH_FRAMES = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],
}
# Whichever scheme the browser prefers, both are shown.
_DARK_ONLY = "@media (prefers-color-scheme: dark)"
_SCHEMES = {"light": "@media not all", "dark": "@media all"}


class MailPreviews:
    """Adds the pages to the admin of a model; whoever may see its rows may see them."""

    admin_site: Any
    model: Any

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        frame = guarded(xframe_options_sameorigin(require_safe(self.frame)))
        return [
            path("mails/", guarded(require_safe(self.mails)), name="notifications_mails"),
            path("mails/<slug:name>/", guarded(require_safe(self.mail)), name="notifications_mail"),
            path("mails/<slug:name>/<slug:scheme>/", frame, name="notifications_mail_html"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def mails(self, request: HttpRequest) -> HttpResponse:
        """All of them."""
        written = [(sample, sample.write().subject) for sample in SAMPLES.values()]
        return self._page(request, "mails", title="Mails", samples=written)

    def mail(self, request: HttpRequest, name: str) -> HttpResponse:
        """One of them: what its head says, its HTML in frames that can do nothing, its text."""
        sample = _found(name)
        message = sample.write()
        head = {"Subject": message.subject, "From": message.from_email, "To": message.to[0]}
        response = self._page(
            request,
            "mail",
            title=sample.title,
            sample=sample,
            head=head | message.extra_headers,
            text=message.body,
            has_html=bool(_html(message)),
        )
        response._csp_replace = _WITH_FRAMES  # type: ignore[attr-defined]
        return response

    def frame(self, request: HttpRequest, name: str, scheme: str) -> HttpResponse:
        """The HTML as a mail program shows it that prefers light, or dark."""
        self._check(request)
        html = _html(_found(name).write())
        if not html or scheme not in _SCHEMES:
            raise Http404("There is no such mail.")
        return shut_in(html.replace(_DARK_ONLY, _SCHEMES[scheme]))

    def _page(self, request: HttpRequest, template: str, **words: Any) -> TemplateResponse:
        self._check(request)
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, **words}
        return TemplateResponse(request, f"admin/notifications/{template}.html", context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied


def _found(name: str) -> Sample:
    if name not in SAMPLES:
        raise Http404("There is no such mail.")
    return SAMPLES[name]


def _html(message: EmailMessage) -> str:
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(part[0]) for part in parts if part[1] == "text/html"), "")
