"""Prompts: every wording there ever was, which one is in use, and what it makes of a sample."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from aiqueries.admin.reading import AddOnly, person
from aiqueries.comparing import changed_lines
from aiqueries.kinds import Purpose
from aiqueries.models import ANSWER, Prompt, PromptVersion, Query
from aiqueries.routes import models_on_offer
from aiqueries.services.prompts.trying import try_prompt_version
from aiqueries.services.prompts.writing import (
    checked_wording,
    choose_prompt_version,
    write_prompt_version,
)
from core.errors import DomainError
from core.refusals import spoken_of

LATEST_RUNS = 5


class WordingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Another wording. The service says what it must keep; what it refuses is said here."""

    class Meta:
        model = PromptVersion
        fields = ("prompt", "instructions", "content", "most_tokens", "note")
        widgets = {
            "instructions": UnfoldAdminTextareaWidget(attrs={"rows": 12}),
            "content": UnfoldAdminTextareaWidget(attrs={"rows": 8}),
            "most_tokens": UnfoldAdminIntegerFieldWidget(),
            "note": UnfoldAdminTextInputWidget(),
        }
        help_texts = {
            "instructions": "Ours alone: what a model is to do. Nothing is put into it.",
            "content": "{data} and {prompt} are put in where they stand; all else is literal.",
            "most_tokens": "How long an answer may become.",
            "note": "Why it is written, for those who come later.",
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                checked_wording(**given)
            except DomainError as refusal:
                self.add_error(refusal.field, str(refusal))
        return given


@admin.register(PromptVersion)
class PromptVersionAdmin(AddOnly, ModelAdmin):  # type: ignore[misc]
    """A wording is never changed: another one is written, and chosen."""

    form = WordingForm
    list_display = ("prompt", "number", "in_use", "note", "created_by", "created_at")
    list_display_links = ("prompt", "number")
    list_filter = ("prompt",)
    list_select_related = ("prompt", "created_by")
    search_fields = ("instructions", "content", "note")
    ordering = ("prompt__name", "-number")

    @display(description="In use", boolean=True)  # type: ignore[untyped-decorator]
    def in_use(self, version: PromptVersion) -> bool:
        return version.prompt.current_id == version.pk

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/choose/",
                guarded(require_POST(self.choose)),
                name="aiqueries_prompt_choose",
            ),
            path("<int:pk>/try/", guarded(require_POST(self.try_out)), name="aiqueries_prompt_try"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """To begin with, the wording in use, or the one that was looked at."""
        prompt = Prompt.objects.filter(name=request.GET.get("of", ANSWER)).first()
        if prompt is None:
            return {}
        number = request.GET.get("from", "")
        asked = prompt.versions.filter(number=number) if number.isdecimal() else None
        base = (asked and asked.first()) or prompt.current
        if base is None:
            return {}
        said = {"instructions": base.instructions, "content": base.content}
        return {"prompt": prompt.pk, "most_tokens": base.most_tokens, **said}

    def save_model(self, request: HttpRequest, obj: PromptVersion, form: Any, change: bool) -> None:
        obj.pk = write_prompt_version(**form.cleaned_data, actor=person(request)).pk
        obj.refresh_from_db()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One wording, compared with another where `with` names its number."""
        version = self.get_object(request, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        if version is None:
            raise Http404("There is no such version.")
        return self._page(request, version)

    def choose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put this version to use."""
        version = self._own(request, pk)
        choose_prompt_version(version=version, actor=person(request))
        messages.success(request, f"{version} is in use from now on.")
        return self._back(version)

    def try_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask a model with it, about a sample."""
        version = self._own(request, pk)
        try:
            try_prompt_version(
                version=version,
                prompt=request.POST.get("prompt", ""),
                model=request.POST.get("model", ""),
                actor=person(request),
            )
        except DomainError as refusal:
            spoken_of(refusal)
            messages.error(request, str(refusal))
        return self._back(version)

    def _own(self, request: HttpRequest, pk: int) -> PromptVersion:
        if not self.has_add_permission(request):
            raise PermissionDenied
        version = PromptVersion.objects.select_related("prompt").filter(pk=pk).first()
        if version is None:
            raise Http404("There is no such version.")
        return version

    def _back(self, version: PromptVersion) -> HttpResponse:
        return HttpResponseRedirect(
            reverse("admin:aiqueries_promptversion_change", args=[version.pk])
        )

    def _page(self, request: HttpRequest, version: PromptVersion) -> TemplateResponse:
        others = list(version.prompt.versions.exclude(pk=version.pk).order_by("-number"))
        wanted = request.GET.get("with", "")
        base = next((each for each in others if str(each.number) == wanted), None)
        runs = list(_runs(version))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": str(version),
            "version": version,
            "is_current": version.prompt.current_id == version.pk,
            "others": others,
            "base": base,
            "differences": _differences(base, version) if base else [],
            "may_write": self.has_add_permission(request),
            "models": models_on_offer(),
            "takes_prompt": version.prompt.name == ANSWER,
            "runs": runs,
        }
        response = TemplateResponse(request, "admin/aiqueries/version.html", context)
        if any(run.is_open for run in runs):
            response["Refresh"] = "3"
        return response


def _runs(version: PromptVersion) -> QuerySet[Query]:
    runs = Query.objects.filter(purpose=Purpose.TEST, template=version).select_related("owner")
    return runs.order_by(F("created_at").desc())[:LATEST_RUNS]


def _differences(before: PromptVersion, after: PromptVersion) -> list[tuple[str, Any]]:
    pairs = [
        ("Instructions", before.instructions, after.instructions),
        ("Content", before.content, after.content),
        ("Most tokens", str(before.most_tokens), str(after.most_tokens)),
    ]
    return [(part, changed_lines(old, new)) for part, old, new in pairs if old != new]
