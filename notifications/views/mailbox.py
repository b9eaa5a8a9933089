"""The mails of the local profile, for whoever runs it on their own machine."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from csp.constants import SELF
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import mailbox
from notifications.shut_in import shut_in

A_PAGE = 25

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def local_profile_only(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.ON_THIS_MACHINE:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@local_profile_only
@require_safe
@never_cache
@login_required
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that was sent from here, newest first."""
    found = list(mailbox.newest(A_PAGE + 1, before=request.GET.get("before", "")))
    more = found[A_PAGE - 1].name if len(found) > A_PAGE else ""
    return render(request, "notifications/mails.html", {"mails": found[:A_PAGE], "more": more})


@local_profile_only
@require_safe
@never_cache
@login_required
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, and its HTML in a frame that can do nothing."""
    response = render(request, "notifications/mail_page.html", {"mail": _found(name)})
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


@local_profile_only
@require_safe
@never_cache
@login_required
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """What the frame shows."""
    return shut_in(_found(name).html)


def _found(name: str) -> mailbox.Mail:
    mail = mailbox.find(name)
    if mail is None:
        raise Http404("There is no such mail.")
    return mail
