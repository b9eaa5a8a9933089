"""What people type on the account pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from accounts.services import MOST_DAYS


class SignInForm(AuthenticationForm):
    """E-mail address and password. The refusal never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": "That e-mail address and password do not belong together.",
        "inactive": "This account is switched off. Ask an administrator.",
    }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "maxlength": 254}
        )
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


class PasswordForm(PasswordChangeForm):
    """The old password and, twice, the new one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # It is one card among several: the page must not scroll to it.
        del self.fields["old_password"].widget.attrs["autofocus"]
        self.fields["new_password1"].help_text = "At least 8 characters, and not an obvious one."
        self.fields["new_password2"].label = "New password once more"
        self.fields["new_password2"].help_text = ""


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=150, label="Your name")


class ShortcutsForm(forms.Form):
    keyboard_shortcuts = forms.BooleanField(required=False)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(
        choices=[("", "As the system does"), ("light", "Light"), ("dark", "Dark")], required=False
    )
    next = forms.CharField(required=False)


class ApiTokenForm(forms.Form):
    """What a token is for and how long it lasts; the limits are the service's."""

    name = forms.CharField(
        max_length=100,
        label="What will use it",
        widget=forms.TextInput(attrs={"placeholder": "Nightly export", "autocomplete": "off"}),
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        initial=90,
        label="Days",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
