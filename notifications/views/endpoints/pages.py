"""Endpoints: one's own, and for administrators the organisation's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, has_role
from core.errors import DomainError, NotFound
from core.pages import neighbours, page_of
from notifications.models import Endpoint, Message
from notifications.selectors.endpoints import LOG_ORDER, log_of, seen_to_by
from notifications.services import endpoints as services
from notifications.views.endpoints.forms import EndpointForm, NewEndpointForm, RecoverForm

_ORGANISATION = "organisation"
SOON = timedelta(minutes=1)  # within which a page looks again by itself


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def endpoints(request: PersonRequest) -> HttpResponse:
    """One's own endpoints, or the organisation's with `?of=organisation`; and a new one."""
    of_organisation = request.GET.get("of") == _ORGANISATION
    if of_organisation and not has_role(request.user, ADMINISTRATORS):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, of_organisation)
    form = NewEndpointForm(request.POST, of_organisation=of_organisation)
    if form.is_valid():
        try:
            endpoint, secret = services.create_endpoint(
                person=request.user,
                of_organisation=of_organisation,
                name=form.cleaned_data["name"],
                format=Endpoint.Format(form.cleaned_data["format"]),
                url=form.cleaned_data["url"],
                kinds=form.cleaned_data["kinds"],
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            made = {"endpoint": endpoint, "secret": secret}
            return _page(request, of_organisation, status=201, made=made)
    return _page(request, of_organisation, status=422, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def endpoint(request: PersonRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint: what it is, to be changed, and what went there."""
    found = _found(request, endpoint_id)
    if request.method != "POST":
        return _one(request, found)
    form = EndpointForm(request.POST, of_organisation=found.owner_id is None)
    if form.is_valid():
        try:
            services.change_endpoint(
                endpoint_id=found.pk,
                person=request.user,
                name=form.cleaned_data["name"],
                url=form.cleaned_data["url"],
                kinds=form.cleaned_data["kinds"],
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "The endpoint was changed.")
            return redirect("notification-endpoint", found.pk)
    return _one(request, found, status=422, form=form)


@require_safe
@never_cache
@login_required
def endpoint_log(request: PersonRequest, endpoint_id: UUID) -> HttpResponse:
    """What went there, as the page shows it: for a page that waits for an answer."""
    found = _found(request, endpoint_id)
    return render(request, "notifications/endpoints/_log.html", _log(request, found))


@require_POST
@never_cache
@login_required
def endpoint_action(request: PersonRequest, endpoint_id: UUID, verb: str) -> HttpResponse:
    """Switch on or off, test, give a new secret, recover, or remove."""
    found = _found(request, endpoint_id)
    try:
        if verb == "secret":
            secret = services.rotate_secret(endpoint_id=found.pk, person=request.user)
            return _one(request, found, status=201, secret=secret)
        if verb == "recover":
            return _recover(request, found)
        work, words = _VERBS[verb]
        work(endpoint_id=found.pk, person=request.user)
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect(_list_of(found) if verb == "remove" else _place_of(found))


_VERBS: dict[str, tuple[Any, str]] = {
    "on": (services.switch_on, "Messages go there again. What was missed can be recovered."),
    "off": (services.switch_off, "Nothing is sent there until you switch it on."),
    "test": (services.send_test, "A test is on its way. Its answer stands in the log below."),
    "remove": (services.remove_endpoint, "Nothing is sent there any more."),
}
VERBS = ("secret", "recover", *_VERBS)


@require_POST
@never_cache
@login_required
def resend(request: PersonRequest, endpoint_id: UUID, message_id: UUID) -> HttpResponse:
    """Send a message again now."""
    found = _found(request, endpoint_id)
    try:
        services.resend_message(endpoint_id=found.pk, message_id=message_id, person=request.user)
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is on its way again.")
    return redirect(_place_of(found))


def _recover(request: PersonRequest, found: Endpoint) -> HttpResponse:
    form = RecoverForm(request.POST)
    if not form.is_valid():
        return _one(request, found, status=422, recover_form=form)
    count = services.recover(
        endpoint_id=found.pk, since=form.cleaned_data["since"], person=request.user
    )
    words = {0: "Nothing was missed since then.", 1: "One message is on its way again."}
    messages.success(request, words.get(count, f"{count} messages are on their way again."))
    return redirect(_place_of(found))


def _found(request: PersonRequest, endpoint_id: UUID) -> Endpoint:
    found = seen_to_by(request.user).filter(pk=endpoint_id).first()
    if found is None:
        raise Http404("There is no such endpoint.")
    return found


def _page(
    request: PersonRequest, of_organisation: bool, *, status: int = 200, **more: Any
) -> HttpResponse:
    owner = None if of_organisation else request.user
    context = {
        "endpoints": Endpoint.objects.filter(owner=owner).order_by("name", "pk"),
        "of_organisation": of_organisation,
        "may_see_organisation": has_role(request.user, ADMINISTRATORS),
        "form": NewEndpointForm(of_organisation=of_organisation),
    }
    return render(request, "notifications/endpoints/list.html", context | more, status=status)


def _one(
    request: PersonRequest, found: Endpoint, *, status: int = 200, **more: Any
) -> HttpResponse:
    initial = {"name": found.name, "kinds": found.kinds}
    yesterday = timezone.now() - timedelta(days=1)
    context = {
        "form": EndpointForm(initial=initial, of_organisation=found.owner_id is None),
        "recover_form": RecoverForm(initial={"since": yesterday}),
        "back": _list_of(found),
        **_log(request, found),
    }
    return render(request, "notifications/endpoints/one.html", context | more, status=status)


def _log(request: PersonRequest, found: Endpoint) -> dict[str, Any]:
    page = page_of(request, log_of(found.pk), LOG_ORDER)
    soon = timezone.now() + SOON
    waits = any(
        message.status == Message.Status.WAITING and message.due_at < soon for message in page.items
    )
    return {"endpoint": found, "log": page.items, "waits": waits, **neighbours(request, page)}


def _list_of(found: Endpoint) -> str:
    query = "" if found.owner_id else f"?of={_ORGANISATION}"
    return reverse("notification-endpoints") + query


def _place_of(found: Endpoint) -> str:
    return reverse("notification-endpoint", args=[found.pk])
