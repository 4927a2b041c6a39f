"""A real worker on the embedded broker is killed in the middle of a mail; nothing is lost."""

from pathlib import Path

import pytest

from tests.faults.harness import DONE_WITHIN, SERVICES, Shape, Site, open_site, wait_for

#: More than a slow machine gets through before the rest of its worker is killed as well.
MAILS, SHOTS = 5, 50
POST = """
from django.utils import timezone
from courseware.jobs.actions import post_message
for key in ("one", "two", "three", "four", "five"):
    post_message(
        kind="test", key=key, recipient_id=None, to_address=f"{key}@example.org", language="en",
        subject="Subject", text="Text", html="<p>Text</p>", now=timezone.now(),
    )
"""
UNSENT = "SELECT key FROM jobs_message WHERE state <> 'sent'"
UNDONE = "SELECT id FROM jobs_job WHERE kind = 'mail.send' AND state <> 'done'"


def ids(site: Site) -> list[str]:
    return [
        line
        for mail in site.sent_mail()
        for line in mail.splitlines()
        if line.lower().startswith("message-id:")
    ]


def killed_in_the_middle(folder: Path, shape: Shape, point: str) -> tuple[Site, list[str]]:
    """Every child killed that comes to `point`, and soon the whole worker; then one that lives."""
    with open_site(folder, shape) as site:
        site.start("beat")
        site.start("worker", failpoint=point, shots=SHOTS)
        site.python(POST)
        wait_for(lambda: site.shots_left() < SHOTS, f"a child is killed at {point}")
        site.kill("worker")
        assert site.rows(UNDONE)
        site.start("worker")
        wait_for(
            lambda: not site.rows(UNSENT) and not site.rows(UNDONE),
            "all mail is sent",
            DONE_WITHIN,
            site.how_it_stands,
        )
        return site, ids(site)


def test_a_killed_worker_loses_no_mail(tmp_path: Path) -> None:
    _, sent = killed_in_the_middle(tmp_path, Shape(), "mail.after_send")
    # The one that was under way went out twice, under one Message-ID.
    assert len(set(sent)) == MAILS
    assert len(sent) > MAILS


@pytest.mark.services
@pytest.mark.parametrize("point", ["job.published", "job.before_handler", "mail.after_send"])
def test_a_killed_worker_loses_no_mail_on_services(tmp_path: Path, point: str) -> None:
    _, sent = killed_in_the_middle(tmp_path, SERVICES, point)
    assert len(set(sent)) == MAILS
