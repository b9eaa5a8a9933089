"""From a selection in a list to one use case for each, with what has to be asked first."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from approvals import services
from approvals.admin.reading import person
from approvals.models import ApprovalTask
from approvals.selectors import assessors
from approvals.services.deciding import LONGEST_COMMENT
from core.errors import DomainError
from core.refusals import spoken_of

ModelT = TypeVar("ModelT", bound=Model)
CONFIRMED = "confirmed"


class CommentForm(forms.Form):
    """Why. Whether a comment is needed is the service's rule."""

    comments = forms.CharField(
        required=False, max_length=LONGEST_COMMENT, widget=UnfoldAdminTextareaWidget
    )


class SuccessorForm(forms.Form):
    assigned_to: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=assessors(), label="New assessor", widget=UnfoldAdminSelectWidget
    )


def each(request: HttpRequest, selection: Iterable[ModelT], act: Callable[[ModelT], object]) -> int:
    """
    Do it for each of the selection; return how many times it was done.

    A refusal is told with its reason and keeps nothing else from being done.
    """
    done = 0
    for one in selection:
        try:
            act(one)
        except DomainError as refusal:
            spoken_of(refusal)
            messages.error(request, f"{one}: {refusal}")
        else:
            done += 1
    return done


def ask(
    admin: ModelAdmin,
    request: HttpRequest,
    tasks: Iterable[ApprovalTask],
    *,
    form: forms.Form,
    action: str,
    title: str,
) -> TemplateResponse:
    """The step between the list and the deed: what it is about, and what is still to be said."""
    shown = list(tasks)
    versions = [task.version for task in shown]
    services.note_reading_all(versions, by=person(request), through="admin")
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": title,
        "tasks": shown,
        "form": form,
        "action": action,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
        "confirmed": CONFIRMED,
    }
    return TemplateResponse(request, "admin/approvals/step.html", context)
