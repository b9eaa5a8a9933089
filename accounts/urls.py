from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import settings
from accounts.views.sign_in import SignIn

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/profile/", settings.change_profile, name="settings-profile"),
    path("settings/shortcuts/", settings.change_shortcuts, name="settings-shortcuts"),
    path("settings/theme/", settings.change_theme, name="settings-theme"),
    path("settings/password/", settings.change_password, name="settings-password"),
    path("settings/tokens/", settings.create_token, name="settings-tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", settings.revoke_token, name="revoke-token"),
]
