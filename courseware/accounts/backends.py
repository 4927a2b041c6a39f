"""Answers Django's permission questions from role grants.

Owns: the bridge to `user.has_perm`. Must not: sign anybody in; allauth does that.
A permission is written "courseware.use_admin" for the role permission "use admin".
"""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from courseware.accounts.models import User
from courseware.accounts.queries import permissions_of


class RoleBackend(BaseBackend):
    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | None = None
    ) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        if user_obj.is_superuser:
            return True
        app_label, _, name = perm.partition(".")
        return app_label == "courseware" and name.replace("_", " ") in permissions_of(user_obj)
