"""How allauth behaves here: nobody signs up by themselves; mail goes through our rows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_email_confirmation_redirect_url(self, email_address: Any) -> str:
        return str(settings.LOGIN_REDIRECT_URL)
