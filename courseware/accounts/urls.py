"""Sign-in, second factors, sessions, and the person's own settings.

allauth's pages one by one: what is not listed here does not exist (sign-up, management of
several addresses, social accounts). Which of them a signed-out visitor may open: public.py.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from courseware.accounts import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitation/", views.invitation, name="invitation"),
    path("invitation/<str:key>/", views.open_invitation, name="open_invitation"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.set_language, name="set_language"),
]
