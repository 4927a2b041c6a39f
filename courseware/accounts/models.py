"""People and where they stand.

Unit (a tree: parent + path) ─┬─ Posting   (person, unit, rank, from, to)
                              ├─ RoleGrant (person, role, unit or course, from, to)
                              └─ SupportContact (who to talk to, per language)
User ─── Invitation (the last one sent; its link sets the first password)

Owns: who somebody is, where they serve and what they may do. Must not: know courses as rows;
a grant names a course by its slug, which never changes.
"""

import unicodedata
import zoneinfo
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courseware.accounts.roles import ROLE_CHOICES
from courseware.audit.actions import record
from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal

_SERVICE = "While the person serves, then by the force's retention rule."
_PSEUDONYM = "Replaced by a pseudonym; certificates and audit stay intact."


# Signs that turn the reading direction: with them a name reads as another one.
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def no_control_characters(value: str) -> None:
    """A newline in a name would poison a mail header."""
    if any(
        unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} or character in _TURNERS
        for character in value
    ):
        raise ValidationError(_("Remove line breaks and control characters."))


WITHOUT_LOGIN = "without login"
SECOND_EMAIL = _("Another person has this e-mail address already.")
SECOND_NUMBER = _("Another person has this service number already.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, password: str | None = None, **fields: Any) -> "User":
        """A person with an e-mail address, a service number, or both."""
        user = self.model(**fields)
        user.set_password(password)
        user.normalise()
        user.save(using=self._db)
        return user

    def create_superuser(self, **fields: Any) -> "User":
        """For `manage.py createsuperuser`: an administrator before there is any grant."""
        with transaction.atomic(using=self._db):
            user = self.create_user(is_superuser=True, **fields)
            record(
                verb="person.created",
                subject=("person", user.pk),
                by=None,
                now=timezone.now(),
                details={"superuser": True},
            )
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. Disabled, never deleted: the training record points here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    service_number = models.CharField(
        _("service number"),
        max_length=30,
        null=True,
        blank=True,
        validators=[no_control_characters],
    )
    given_name = models.CharField(
        _("given name"), max_length=80, validators=[no_control_characters]
    )
    family_name = models.CharField(
        _("family name"), max_length=80, validators=[no_control_characters]
    )
    certificate_name = models.CharField(
        _("name on certificates"),
        max_length=160,
        blank=True,
        default="",
        help_text=_("Left empty: given name and family name."),
        validators=[no_control_characters],
    )
    language = models.CharField(_("language"), max_length=16, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_superuser = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    #: Was this request's session opened with a second step? None: nobody came by a request.
    signed_in_strongly: bool | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]

    personal_data: ClassVar[dict[str, Personal]] = {
        "email": Personal("Sign-in and mail.", _SERVICE, "Set to null."),
        "service_number": Personal("Sign-in.", _SERVICE, "Set to null."),
        "given_name": Personal("To address the person.", _SERVICE, _PSEUDONYM),
        "family_name": Personal("To address the person.", _SERVICE, _PSEUDONYM),
        "certificate_name": Personal("Printed on certificates.", _SERVICE, _PSEUDONYM),
        "language": Personal("Pages and mail in their language.", _SERVICE, "Reset."),
        "time_zone": Personal("Times as the person reads them.", _SERVICE, "Reset."),
        "last_login": Personal("To find forgotten accounts.", _SERVICE, "Set to null."),
        "date_joined": Personal("When the account was made.", _SERVICE, "Kept."),
        "password": Personal("Sign-in (a hash).", _SERVICE, "Made unusable."),
    }

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_person_per_email", violation_error_message=SECOND_EMAIL
            ),
            models.UniqueConstraint(
                Lower("service_number"),
                name="one_person_per_service_number",
                violation_error_message=SECOND_NUMBER,
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(service_number__isnull=False),
                name="a_person_can_sign_in_by_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def normalise(self) -> None:
        """One spelling for what people sign in with: allauth looks addresses up in lower case."""
        self.email = (self.email or "").strip().lower() or None
        self.service_number = (self.service_number or "").strip() or None

    def clean(self) -> None:
        super().clean()
        self.normalise()
        if not self.email and not self.service_number:
            raise ValidationError(
                _("Give an e-mail address or a service number."), code=WITHOUT_LOGIN
            )
        try:  # Django's own rule lets U+2028 and what turns the reading direction through
            no_control_characters(self.email or "")
        except ValidationError as error:
            raise ValidationError({"email": error.messages}) from error
        if self.service_number and "@" in self.service_number:
            # It could be read as somebody else's address at sign-in.
            raise ValidationError({"service_number": _("A service number has no @ sign.")})
        if self.language not in dict(settings.LANGUAGES):
            raise ValidationError({"language": _("Choose one of the offered languages.")})
        if self.time_zone and self.time_zone not in zoneinfo.available_timezones():
            raise ValidationError({"time_zone": _("Choose one of the offered time zones.")})

    @property
    def name_on_certificate(self) -> str:
        return self.certificate_name or f"{self.given_name} {self.family_name}"

    @property
    def is_staff(self) -> bool:
        """Django's admin asks for this; ours answers by role (see the backend and the site)."""
        return self.has_perm("courseware.use_admin")

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        from django.contrib.auth import get_backends

        return self.is_active and any(backend.has_perm(self, perm) for backend in get_backends())

    def has_perms(self, perms: list[str], obj: object | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class Invitation(models.Model):
    """The last link that was sent to set a first password. Sending again ends the one before.

    The link itself is not here: it is made of this row and the account, see `invitations`.
    """

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="invitation"
    )
    number = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    personal_data: ClassVar[dict[str, Personal]] = {
        "person": Personal("Who was invited.", _SERVICE, "The row is deleted."),
        "sent_by": Personal("Who invited them.", _SERVICE, "Kept: pseudonymous."),
    }

    def __str__(self) -> str:
        return f"Invitation {self.number} of {self.person_id}"


class Unit(models.Model):
    """A part of the force. `path` is written by one action: "/1/4/9/", ancestors first."""

    name = models.CharField(_("name"), max_length=120, validators=[no_control_characters])
    code = models.SlugField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
    )
    path = models.CharField(max_length=200, db_index=True, blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """One person in one unit over a span of days; `to_on` is the last day, empty while it lasts."""

    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="postings", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="postings", verbose_name=_("unit")
    )
    rank = models.CharField(
        _("rank"), max_length=60, blank=True, default="", validators=[no_control_characters]
    )
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "person": Personal("Reports by unit, as of any day.", _SERVICE, "Kept: pseudonymous."),
        "rank": Personal("Shown to the own unit.", _SERVICE, "Blanked."),
    }

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="a_posting_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(to_on__isnull=True), name="one_open_posting"
            ),
        ]
        indexes = [models.Index(fields=["unit", "from_on", "to_on"], name="postings_by_unit")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.unit_id}"


class RoleGrant(models.Model):
    """A role given to a person, for a unit (and all below it) or a course, over a span of days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="grants", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=ROLE_CHOICES)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("unit")
    )
    course_slug = models.SlugField(
        _("course"),
        max_length=60,
        blank=True,
        default="",
        help_text=_(
            "For instructors and reviewers: the course's name in its address, such as"
            " c0-landscape. Left empty: every course."
        ),
    )
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants_given",
        verbose_name=_("given by"),
    )
    granted_at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = {
        "person": Personal("Who may do what.", _SERVICE, "Kept: pseudonymous."),
        "granted_by": Personal("Who answers for the grant.", _SERVICE, "Kept: pseudonymous."),
    }

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        ordering = ["role", "-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="a_grant_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["person", "from_on", "to_on"], name="grants_by_person")]

    def __str__(self) -> str:
        return f"{self.role} for {self.person_id}"


class SupportContact(models.Model):
    """Somebody to talk to. Without a unit it is for the whole force."""

    unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="support_contacts",
        verbose_name=_("unit"),
        help_text=_("With all units below it. Left empty: the whole force."),
    )
    language = models.CharField(_("language"), max_length=16, default="en")
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=200, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    hours = models.CharField(_("hours"), max_length=80, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    checked_on = models.DateField(_("checked on"))

    personal_data: ClassVar[dict[str, Personal]] = {
        "name": Personal("A service or post, not a private person.", "While it exists.", "Edited."),
        "phone": Personal("The service's number.", "While it exists.", "Edited."),
    }

    class Meta:
        verbose_name = _("support contact")
        verbose_name_plural = _("support contacts")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
