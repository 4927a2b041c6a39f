"""How workers behave is settled in one place; each line here was paid for under kill -9."""

from uuid import uuid4

import pytest

from courseware.celery import HARD_LIMIT, SOFT_LIMIT, app
from courseware.jobs import tasks
from courseware.jobs.schedule import BEAT_SCHEDULE


def test_a_lost_worker_loses_no_message_and_loops_for_ever_on_none() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_retry_on_worker_lost
    assert tasks.run_job.max_retries == 3
    assert app.conf.worker_prefetch_multiplier == 1


def test_nothing_runs_for_ever() -> None:
    assert app.conf.task_soft_time_limit == SOFT_LIMIT < HARD_LIMIT == app.conf.task_time_limit
    assert HARD_LIMIT < 300  # the lease, and RabbitMQ's patience
    assert tasks.tick.time_limit == 20
    assert app.conf.broker_connection_timeout == 2
    assert not app.conf.task_publish_retry


def test_messages_are_json_without_results() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


def test_time_is_utc_and_beat_only_says_look() -> None:
    assert (str(app.conf.timezone), app.conf.enable_utc) == ("UTC", True)
    [entry] = BEAT_SCHEDULE.values()
    assert (entry["task"], entry["schedule"], entry["options"]) == (
        "jobs.tick",
        2.0,
        {"expires": 10},
    )


@pytest.mark.django_db
def test_tasks_survive_arguments_of_a_newer_release() -> None:
    nobody = str(uuid4())
    tasks.run_job(job_id=nobody, token=nobody, priority="unheard of")
