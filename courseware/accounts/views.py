"""The person's own pages: invitation, profile, sessions, language, and whom to talk to."""

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courseware.accounts import actions
from courseware.accounts.forms import ProfileForm, ResetPasswordKeyForm
from courseware.accounts.invitations import person_invited_by
from courseware.accounts.models import User
from courseware.accounts.queries import support_contacts

#: Session key of an invitation that is being answered.
_INVITATION = "invitation"


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@login_not_required
@require_safe
def open_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """The link of the mail. It leads on to an address without the key, which no page then passes
    on; whoever is signed in here on somebody else's account is signed out."""
    invited = person_invited_by(key)
    if invited is None:
        return render(request, "accounts/invitation.html", {"invited": None})
    if request.user.is_authenticated and request.user.pk != invited.pk:
        logout(request)
    request.session[_INVITATION] = key
    return redirect("invitation")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Where an invited person sets the first password; signing in comes after it."""
    key = str(request.session.get(_INVITATION, ""))
    invited = person_invited_by(key)
    form = ResetPasswordKeyForm(request.POST or None, user=invited)
    if invited is not None and request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password1"]
        invited = actions.accept_invitation(key=key, password=password, now=timezone.now())
        if invited is not None:
            del request.session[_INVITATION]
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("account_login")
    context = {
        "invited": invited,
        "login": invited and (invited.email or invited.service_number),
        "form": form,
    }
    status = 400 if invited is not None and form.errors else 200
    return render(request, "accounts/invitation.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    person = User.objects.get(pk=_person(request).pk)  # the form writes on its own copy
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(person=person, by=person, now=timezone.now(), **form.cleaned_data)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are saved."))
        return redirect("profile")
    status = 400 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in. POST ends one (`session`), or all but this one."""
    person = _person(request)
    open_sessions = sorted(
        UserSession.objects.purge_and_list(person), key=lambda session: session.created_at
    )
    if request.method == "POST":
        return _end(request, person, open_sessions)
    context = {"sessions": open_sessions, "session_count": len(open_sessions)}
    return render(request, "usersessions/usersession_list.html", context)


def _end(request: HttpRequest, person: User, open_sessions: list[UserSession]) -> HttpResponse:
    wanted = request.POST.get("session")
    if wanted is None:
        actions.end_sessions(person=person, but_key=request.session.session_key)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("usersessions_list")
    chosen = next((session for session in open_sessions if str(session.pk) == wanted), None)
    if chosen is None:
        raise Http404
    if chosen.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    chosen.end()
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The switch in the header: a cookie, and the person's own setting when signed in."""
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        following = "/"
    response = redirect(following)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        try:
            actions.update_profile(
                person=request.user, by=request.user, now=timezone.now(), language=language
            )
        except ValidationError:
            return response  # an old row that no longer passes our rules: the cookie still serves
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Whom to talk to: the contacts of the person's unit, of those above, and of the force."""
    contacts = support_contacts(_person(request), get_language() or settings.LANGUAGE_CODE)
    return render(request, "accounts/support.html", {"contacts": contacts})
