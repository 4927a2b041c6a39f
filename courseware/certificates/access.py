"""The only way a view obtains somebody's certificate. What you may not see does not exist."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from courseware.accounts.models import User
from courseware.certificates.models import Certificate


def own_certificates(user: User) -> QuerySet[Certificate]:
    """The person's certificates, newest first."""
    return Certificate.objects.filter(completion__enrolment__person=user).order_by("-issued_at")


def own_certificate(user: User, certificate_id: UUID) -> Certificate:
    """One of the person's own. Raises Http404 for anybody else's and for none alike."""
    certificate = own_certificates(user).filter(pk=certificate_id).first()
    if certificate is None:
        raise Http404
    return certificate
