"""What the jobs of this app do, and what their troubles mean for the queue.

Owns: which trouble is worth another try and which needs a person. Must not: put a name into a
reason; staff read them.
"""

from uuid import UUID

from courseware.certificates import actions
from courseware.certificates.files import CannotStore
from courseware.certificates.rendering import RenderError, UnprintableText
from courseware.enrolments.models import Completion
from courseware.jobs import registry
from courseware.jobs.registry import JobKind, Park, Retry, Work


def issue(work: Work) -> None:
    """Kind "certificates.issue": one completion, one certificate, one mail."""
    completion_id = UUID(work.args["completion_id"])
    completion = Completion.objects.filter(pk=completion_id).select_related("annulment").first()
    if completion is None:
        raise Park("The completion does not exist.")
    if getattr(completion, "annulment", None) is not None:
        return  # annulled before anybody came to it: there is nothing to certify
    try:
        actions.issue(completion_id=completion_id, now=work.now)
    except UnprintableText as error:
        raise Park(f"{_sentence(error)} Mend the name or the title, then retry.") from error
    except RenderError as error:
        raise Park(_sentence(error)) from error
    except CannotStore as error:
        raise Retry(str(error)) from error


def rebuild(work: Work) -> None:
    """Kind "certificates.rebuild": a document was lost; make a duplicate."""
    try:
        actions.rebuild_pdf(certificate_id=UUID(work.args["certificate_id"]), by=None, now=work.now)
    except RenderError as error:
        raise Park(_sentence(error)) from error
    except CannotStore as error:
        raise Retry(str(error)) from error


def _sentence(error: Exception) -> str:
    """Code points and phrases only; the renderer never quotes a text."""
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def register() -> None:
    registry.register(
        JobKind(
            actions.ISSUE,
            issue,
            max_attempts=16,
            description="Issue a certificate: number, signed PDF, mail.",
        )
    )
    registry.register(
        JobKind(actions.REBUILD, rebuild, description="Make a lost certificate file again.")
    )
