"""People, groups and tokens, for administrators."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts import services
from accounts.erasure import erase_person
from accounts.models import ApiToken, User
from accounts.roles import ADMINISTRATORS, KEPT_GROUPS, has_role
from core.admin import ReadOnly
from core.errors import DomainError

admin.site.unregister(Group)


class ErasureForm(forms.Form):
    """The address, typed once more, so that nobody erases the wrong person by a slip."""

    address = forms.CharField(
        label="Type their e-mail address to erase them for good",
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    also = forms.CharField(
        label="Other names that texts may call them by, one on each line",
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget,
    )

    def __init__(self, person: User, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.person = person

    def clean_address(self) -> str:
        if self.cleaned_data["address"].strip().lower() != self.person.email:
            raise forms.ValidationError("This is not their address.")
        return self.person.email


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc,type-arg]
    """
    Who may sign in, and what they may do here.

    People are switched off, or erased: their row stays, for what they did refers to it.
    """

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name", "email")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("What they may do", {"fields": ("groups", "is_active", "is_staff", "is_superuser")}),
        ("Habits", {"fields": ("keyboard_shortcuts", "last_login", "date_joined")}),
    )
    actions = ("erase",)
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return people

    @admin.display(description="Groups")
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        services.save_person(user=obj, actor=request.user.as_actor())

    @transaction.atomic
    def user_change_password(
        self,
        request: Any,
        id: str,  # noqa: A002 - as Django's URL calls it
        form_url: str = "",
    ) -> HttpResponse:
        """Django's own page saves the password; the event log hears of it."""
        person = self.get_object(request, unquote(id))
        answer = super().user_change_password(request, id, form_url)
        if person is not None:
            services.tell_of_password(user=person, actor=request.user.as_actor())
        return answer

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """The admin's form saves the groups; the event log hears which came and went."""
        before = set(form.instance.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        services.tell_of_groups(user=form.instance, before=before, actor=request.user.as_actor())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        erased = isinstance(obj, User) and obj.erased_at is not None
        return not erased and bool(super().has_change_permission(request, obj))

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, ADMINISTRATORS)

    @admin.action(description="Erase the selected person", permissions=["erase"])
    def erase(self, request: Any, queryset: QuerySet[User]) -> HttpResponse | None:
        """Show what would go and what stands against it; erase once the address is typed."""
        person = queryset.first()
        if person is None or queryset.count() != 1:
            messages.error(request, "Choose one person to erase at a time.")
            return None
        form = ErasureForm(person, request.POST if "address" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, person, form)
        try:
            also = form.cleaned_data["also"].splitlines()
            erase_person(person_id=person.pk, actor=request.user.as_actor(), also=also)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The person was erased.")
        return None

    def _ask(self, request: Any, person: User, form: ErasureForm) -> TemplateResponse:
        """The step between the list and the deed."""
        would = erase_person(person_id=person.pk, actor=request.user.as_actor(), dry_run=True)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"Erase {person}",
            "person": person,
            "would": would,
            "form": form,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/accounts/erase.html", context)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles, and groups of assessors that tasks can be offered to."""

    fields = ("name",)

    def save_model(self, request: Any, obj: Group, form: Any, change: bool) -> None:
        services.save_group(group=obj, actor=request.user.as_actor())

    def delete_model(self, request: Any, obj: Group) -> None:
        services.delete_group(group=obj, actor=request.user.as_actor())

    @transaction.atomic
    def delete_queryset(self, request: Any, queryset: QuerySet[Group]) -> None:
        for group in queryset:
            self.delete_model(request, group)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return not (obj and obj.name in KEPT_GROUPS) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        return ["name"] if obj and obj.name in KEPT_GROUPS else []


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Tokens of all people: to see what is in use, and to end one. Owners make their own."""

    list_display = ("name", "user", "prefix", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at", "expires_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__email")
    ordering = ("-created_at",)
    fields = ("user", "name", "prefix", "created_at", "expires_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke(self, request: Any, queryset: QuerySet[ApiToken]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        for token_id in ids:
            services.revoke_api_token(token_id=token_id, actor=request.user.as_actor())
        messages.success(request, f"{len(ids)} tokens no longer work.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))
