"""How Django asks about people: sign-in by allauth, permissions by role grants.

Owns: the bridge to `authenticate` and `user.has_perm`. One backend for both, so that a session
never names one that cannot load its person. A permission is written "courseware.use_admin" for
the role permission "use admin"; Django's own codenames ("app.change_model") are held by nobody.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet, UUIDField
from django.http import HttpRequest

from courseware.accounts.access import permissions_of
from courseware.accounts.models import User
from courseware.accounts.queries import person_by_login
from courseware.core.prepared import Slot, prepared


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """One look-up, one hash. allauth tries an address as a name as well and would hash twice
        for an address it knows and once for others: the time of the answer would tell."""
        login = str(credentials.get("email") or credentials.get("username") or "")
        password = str(credentials.get("password") or "")
        person: User | None = self._check_password(person_by_login(login), password)
        return person

    def get_user(self, user_id: object) -> User | None:
        """The person of a session, asked at every request."""
        found = _person(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def has_perm(self, user_obj: Any, perm: str, obj: object | None = None) -> bool:
        return perm in self.get_all_permissions(user_obj)

    def get_all_permissions(self, user_obj: Any, obj: object | None = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return {f"courseware.{name.replace(' ', '_')}" for name in permissions_of(user_obj)}

    def get_user_permissions(self, user_obj: Any, obj: object | None = None) -> set[str]:
        return self.get_all_permissions(user_obj)

    def get_group_permissions(self, user_obj: Any, obj: object | None = None) -> set[str]:
        return set()

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(self.get_all_permissions(user_obj))


@prepared
def _person() -> QuerySet[User]:
    return User.objects.filter(pk=Slot("pk", UUIDField()))
