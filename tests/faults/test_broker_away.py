"""With the broker down or frozen a tick gives up quickly, and the jobs wait in their rows."""

import json
import socket
from pathlib import Path

import pytest

from tests.faults.harness import Site, open_site

TICK = """
import json, time
from django.utils import timezone
import courseware.celery
from courseware.jobs import runner, tasks
from courseware.jobs.actions import post_message
for number in range(5):
    post_message(
        kind="test", key=str(number), recipient_id=None, to_address="one@example.org",
        language="en", subject="S", text="T", html="H", now=timezone.now(),
    )
began = time.monotonic()
published = runner.tick(publish=tasks._publish)
print(json.dumps([published, time.monotonic() - began]))
"""
WAITING = "SELECT count(*) FROM jobs_job WHERE kind = 'mail.send' AND state = 'waiting'"
TRIES = "SELECT sum(attempts) FROM jobs_job"


def one_tick(site: Site) -> float:
    """Seconds that a tick took which could publish nothing and lost nothing."""
    published, seconds = json.loads(site.python(TICK).splitlines()[-1])
    assert published == 0
    assert site.rows(WAITING) == [(5,)]
    assert site.rows(TRIES) == [(0,)]
    return float(seconds)


@pytest.mark.services
@pytest.mark.enable_socket
def test_no_broker_holds_a_tick_for_long(tmp_path: Path) -> None:
    with open_site(tmp_path) as site, socket.socket() as closed, socket.socket() as frozen:
        closed.bind(("127.0.0.1", 0))
        frozen.bind(("127.0.0.1", 0))
        frozen.listen(50)  # accepts, and never answers
        for server, limit in ((closed, 5.0), (frozen, 12.0)):
            for scheme in ("amqp", "redis"):
                port = server.getsockname()[1]
                site.environment["CELERY_BROKER_URL"] = f"{scheme}://127.0.0.1:{port}//"
                seconds = one_tick(site)
                assert seconds < limit, f"{scheme}: {seconds:.1f} s"
