from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.roles import ADMINISTRATORS, has_role
from core.admin import ReadOnly
from notifications import services
from notifications.models import MailTrouble, Notification
from notifications.previews import MailPreviews


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
