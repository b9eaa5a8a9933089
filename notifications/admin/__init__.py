"""How administrators see and set what is told."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from core.admin import ReadOnly
from core.errors import DomainError
from notifications import services
from notifications.admin.previews import MailPreviews
from notifications.kinds import Channel, Kind, Mode
from notifications.models import Default, MailTrouble, Notification
from notifications.services.preferences import check_default, remove_default, set_default


@admin.register(Notification)
class NotificationAdmin(MailPreviews, ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Who was told what, and why. Nothing here is changed by hand."""

    list_display = ("created_at", "recipient", "kind", "title", "read_at", "handled")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    search_fields = ("recipient__email", "event_id", "cause")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(MailTrouble)
class MailTroubleAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Whose mail came back or was reported, and until when."""

    list_display = ("person", "address", "kind", "status_code", "happened_at", "mended_at")
    list_filter = ("kind", ("mended_at", admin.EmptyFieldListFilter))
    list_select_related = ("person",)
    search_fields = ("address", "person__name")
    ordering = ("-happened_at",)
    actions = ("works_again",)

    def has_mend_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS)

    @admin.action(description="Mail works again", permissions=["mend"])
    def works_again(self, request: HttpRequest, queryset: QuerySet[MailTrouble]) -> None:
        actor = request.user.as_actor()  # type: ignore[union-attr]
        broken = queryset.filter(mended_at=None).values_list("person_id", flat=True)
        count = sum(services.mend_mail(person_id=each, actor=actor) for each in broken)
        messages.success(request, f"Mail is sent again to {count} people.")


class DefaultForm(forms.ModelForm):  # type: ignore[type-arg]
    """Kind and channel stay what they are once it is made."""

    class Meta:
        model = Default
        fields = ("kind", "channel", "mode", "locked")
        help_texts = {"locked": "People cannot choose otherwise. Their quiet hours still hold."}

    def clean(self) -> dict[str, Any]:
        given = {**super().clean()}  # type: ignore[dict-item]
        kind = given.get("kind", self.instance.kind)
        channel = given.get("channel", self.instance.channel)
        if kind and channel and given.get("mode"):
            try:
                check_default(Kind(kind), Channel(channel), Mode(given["mode"]))
            except DomainError as refusal:
                self.add_error("mode", str(refusal))
        return given


@admin.register(Default)
class DefaultAdmin(ModelAdmin):  # type: ignore[misc]
    """How everybody is told, where that differs from the product's own ways. Deleting goes back."""

    form = DefaultForm
    list_display = ("kind", "channel", "mode", "locked")
    list_filter = ("channel", "mode", "locked")
    search_fields = ("kind",)
    ordering = ("kind", "channel")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return ("kind", "channel") if obj else ()

    def save_model(self, request: HttpRequest, obj: Default, form: Any, change: bool) -> None:
        saved = set_default(
            kind=Kind(obj.kind),
            channel=Channel(obj.channel),
            mode=Mode(obj.mode),
            locked=obj.locked,
            actor=cast(User, request.user).as_actor(),
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Default) -> None:
        remove_default(default=obj, actor=cast(User, request.user).as_actor())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Default]) -> None:
        for default in queryset:
            self.delete_model(request, default)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return has_role(request.user, ADMINISTRATORS, AUDITORS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return has_role(request.user, ADMINISTRATORS)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return has_role(request.user, ADMINISTRATORS)
