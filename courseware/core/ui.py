"""The design system as template tags: icons, state pills, progress, certainty marks.

Owns how a state, a progress and an icon look in every template; it is a built-in library, so no
template loads it. It must not read the database, decide a state or know a model: tags take plain
values. docs/reference/ui.md shows each part with its HTML.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

register = template.Library()

type Text = str | Promise


class State(Protocol):
    """What a state must offer to be shown: `rules` give such values."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> Text: ...


# Icon and colour of every state. A state is always icon + word + colour, the same everywhere.
STATES: Mapping[str, tuple[str, str, Text]] = {
    "not-started": ("circle", "grey", _("Not started")),
    "in-progress": ("circle-half", "blue", _("In progress")),
    "due-soon": ("clock", "amber", _("Due soon")),
    "overdue": ("exclamation-circle", "red", _("Overdue")),
    "needs-talk": ("chat-left-text", "violet", _("Needs a talk")),
    "paused": ("pause-circle", "slate", _("Paused")),
    "exempt": ("shield", "violet", _("Exempt")),
    "done": ("check-circle", "green", pgettext_lazy("state of a course or activity", "Done")),
    "expiring": ("hourglass-split", "amber", _("Expiring")),
    "expired": ("x-circle", "red-outline", _("Expired")),
    "withdrawn": ("dash-circle", "grey", _("Withdrawn")),
    "locked": ("lock", "grey", _("Locked")),
    # Certificates and attempts use the same shapes.
    "valid": ("patch-check", "green", _("Valid")),
    "superseded": ("arrow-right", "slate", _("Superseded")),
    "revoked": ("slash-circle", "red", _("Revoked")),
    "unknown": ("question-circle", "grey", _("Unknown")),
    "passed": ("check-circle", "green", _("Passed")),
    "failed": ("x-circle", "red", _("Not passed")),
    "draft": ("pencil-square", "slate", _("Draft")),
    # What the numbers of a question or a test ask for.
    "check-now": ("exclamation-circle", "red", _("Check now")),
    "look-at-it": ("eye", "amber", _("Look at it")),
    "sound": ("check-circle", "green", _("Sound")),
    "note": ("info-circle", "grey", pgettext_lazy("state of a question's numbers", "Note")),
}
_ALIASES = {"needs-a-talk": "needs-talk", "completed": "done", "complete": "done"}

CERTAINTY: Mapping[str, Text] = {
    "A": _("official text or primary page"),
    "B": _("consistent secondary reports"),
    "C": _("generally known, not checked"),
    "D": _("moving: check on the day"),
}


@cache
def _icons() -> dict[str, str]:
    """Paths of the icons, as `npm run build` left them; without the file pages show words only."""
    file = settings.BASE_DIR / "build" / "icons.json"
    if not file.is_file():
        return {}
    icons: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return icons


@cache
def _svg(name: str, extra_class: str) -> SafeString:
    paths = _icons().get(name)
    if paths is None:
        return SafeString("")
    return format_html(
        '<svg class="ico{}" viewBox="0 0 16 16" width="16" height="16" fill="currentColor"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        f" {extra_class}" if extra_class else "",
        SafeString(paths),  # our own build output
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of static/icons.txt. It is decoration: the word stands beside it."""
    return _svg(name, css)


def _state_key(state: Any) -> str:
    key = state if isinstance(state, str) else state.key
    key = str(key).replace("_", "-").lower()
    return _ALIASES.get(key, key)


def _look(key: str) -> tuple[str, str, Text]:
    return STATES.get(key, ("circle", "grey", key.replace("-", " ").capitalize()))


@register.simple_tag
def pill(state: Any, label: Text = "") -> SafeString:
    """Show a state (an object with `key` and `label`, or the key alone) as icon + word + colour."""
    key = _state_key(state)
    symbol, colour, word = _look(key)
    word = label or getattr(state, "label", "") or word
    return format_html(
        '<span class="pill pill-{} state-{}">{}{}</span>', colour, key, _svg(symbol, ""), word
    )


@register.simple_tag
def state_icon(state: Any) -> SafeString:
    """Show a state as icon and colour with its word for screen readers only, for dense rows."""
    key = _state_key(state)
    symbol, colour, word = _look(key)
    word = getattr(state, "label", "") or word
    return format_html(
        '<span class="state-icon tone-{} state-{}">{}'
        '<span class="visually-hidden">{}</span></span>',
        colour,
        key,
        _svg(symbol, ""),
        word,
    )


@register.simple_tag
def progress_bar(value: float, label: Text = "", maximum: float = 100) -> SafeString:
    """Draw a thin progress bar; `label` is what a screen reader says ("3 of 8 activities")."""
    top = max(float(maximum), 1.0)
    now = min(max(float(value), 0.0), top)
    return format_html(
        '<progress class="progress-thin" max="{}" value="{}" aria-label="{}">{} %</progress>',
        f"{top:g}",
        f"{now:g}",
        label or _("Progress"),
        round(now / top * 100),
    )


@register.simple_tag
def score_bar(percent: float, pass_percent: float, label: Text = "") -> SafeString:
    """Draw a score of 0 to 100 on a bar with the pass mark; colours follow pass or fail."""
    score = min(max(float(percent), 0.0), 100.0)
    mark = min(max(float(pass_percent), 0.0), 100.0)
    return format_html(
        '<svg class="score-bar {}" width="100%" height="44" role="img" aria-label="{}">'
        '<rect class="score-track" y="7" width="100%" height="8" rx="4"/>'
        '<rect class="score-value" y="7" width="{}%" height="8" rx="4"/>'
        '<line class="score-mark" x1="{}%" x2="{}%" y1="0" y2="22"/>'
        '<text x="{}%" y="40" text-anchor="{}">{}</text></svg>',
        "is-pass" if score >= mark else "is-fail",
        label
        or _("Score {score} %, pass mark {mark} %").format(score=round(score), mark=round(mark)),
        f"{score:g}",
        f"{mark:g}",
        f"{mark:g}",
        f"{mark:g}",
        "end" if mark > 85 else "start" if mark < 15 else "middle",
        _("Pass mark {mark} %").format(mark=round(mark)),
    )


@register.simple_tag
def certainty(mark: str) -> SafeString:
    """Show a certainty mark (A, B, C or D) with its meaning, in the shape lessons use."""
    letter = str(mark).upper()
    return format_html(
        '<span class="certainty certainty-{}"><span class="icon icon-certainty-{}"'
        ' aria-hidden="true"></span> <span class="certainty-label">{}</span>'
        ' <span class="certainty-mark">{}</span> <span class="certainty-word">{}</span></span>',
        letter.lower(),
        letter.lower(),
        _("Certainty"),
        letter,
        CERTAINTY.get(letter, ""),
    )


# Order matters: every browser claims to be the ones after it.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """Say in words which browser a session came from: "Firefox on Windows"."""
    name = next((word for mark, word in _BROWSERS if mark in user_agent), "")
    system = next((word for mark, word in _SYSTEMS if mark in user_agent), "")
    if name and system:
        return gettext("{browser} on {system}").format(browser=name, system=system)
    return name or system or gettext("A browser we do not know")


@register.simple_tag
def asset(path: str) -> str:
    """Give the address of a static file, the plain one where the manifest does not know it.

    A page without its style sheet can still be read; the page that says "something went wrong"
    must not fail itself.
    """
    try:
        return staticfiles_storage.url(path)
    except (ValueError, OSError):
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def error_summary(form: Any, title: Text = "") -> SafeString:
    """List a form's errors above it, each a link to its field; nothing when there are none."""
    if form is None or not getattr(form, "errors", None):
        return SafeString("")
    context = {"form": form, "title": title or _("There is a problem")}
    return render_to_string("partials/error_summary.html", context)


@register.filter
def day_in_words(value: date | None, today: date | None = None) -> str:
    """Write a date with its weekday: "Friday 4 December", with the year if it is another one."""
    if value is None:
        return ""
    same_year = value.year == (today or timezone.localdate()).year
    pattern = (
        pgettext("date format, same year", "l j F")
        if same_year
        else pgettext("date format, another year", "l j F Y")
    )
    return date_format(value, pattern)


def _zone_note() -> str:
    """(Asia/Tokyo) for whoever chose another zone than the force's; nothing where all agree."""
    name = timezone.get_current_timezone_name()
    return "" if name == settings.DEFAULT_USER_TIME_ZONE else f" ({name})"


@register.filter
def clock_in_words(value: datetime | None) -> str:
    """Write a time of the day: "08:07", with the zone's name if it is not the force's."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value), "H:i") + _zone_note()


@register.filter
def moment_in_words(value: datetime | None) -> str:
    """Write a deadline: "Tuesday 1 December, 08:07", with the zone's name as `clock_in_words`."""
    if value is None:
        return ""
    day = day_in_words(timezone.localtime(value).date())
    return _("{day}, {time}").format(day=day, time=clock_in_words(value))


@register.filter
def duration(minutes: int) -> str:
    """Write minutes as people say them: "28 min", "3 h", "3 h 15 min"."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    if not rest:
        return _("{hours} h").format(hours=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=rest)
