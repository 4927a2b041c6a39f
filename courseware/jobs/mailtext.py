"""A mail from its three templates: mail/<name>.subject.txt, mail/<name>.txt, mail/<name>.html.

Owns: turning templates into words. Must not: send, or look anything up; the caller brings it all.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import get_template
from django.utils import timezone, translation


class MailText(NamedTuple):
    subject: str
    text: str
    html: str


def render_mail(
    template_base: str,
    context: Mapping[str, Any],
    language: str,
    time_zone: str = "",
) -> MailText:
    """The words of the mail `template_base` in `language`, times in `time_zone`.

    `language`, `site_url` and `force_name` are in the context beside what is given; the HTML
    also knows its `subject`.
    """
    values = {
        "language": language,
        "site_url": settings.SITE_URL,
        "force_name": settings.FORCE_NAME,
        "demo": settings.DEMO,
        **context,
    }
    with (
        translation.override(language),
        timezone.override(time_zone or settings.DEFAULT_USER_TIME_ZONE),
    ):
        subject = _plain(f"mail/{template_base}.subject.txt", values)
        text = _plain(f"mail/{template_base}.txt", values)
        html = get_template(f"mail/{template_base}.html").render(
            {"subject": " ".join(subject.split()), **values}
        )
    return MailText(" ".join(subject.split()), text.strip() + "\n", str(html).strip() + "\n")


def _plain(name: str, values: Mapping[str, Any]) -> str:
    """Django escapes every template as if it were HTML; plain text must not say &#x27;."""
    template = Engine.get_default().get_template(name)
    return str(template.render(Context(dict(values), autoescape=False)))
