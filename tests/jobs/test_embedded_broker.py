"""The broker in a folder: whole messages in order, and nothing unreadable ends a worker.

Kombu remembers per process which queues it bound, so every test has a queue of its own name.
"""

from pathlib import Path

from kombu import Connection

from courseware.jobs import embedded


def connect(folder: Path) -> Connection:
    return Connection(
        transport="courseware.jobs.embedded:Transport",
        transport_options=embedded.options(folder),
    )


def test_messages_come_back_in_order(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("one")
        for number in range(5):
            queue.put({"n": number})
        got = [queue.get_nowait() for _ in range(5)]
        assert [message.payload["n"] for message in got] == list(range(5))
        for message in got:
            message.ack()
        queue.close()


def test_an_empty_or_broken_message_is_dropped_and_the_next_is_read(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("two")
        messages = tmp_path / "messages"
        (messages / "00000000000000000001_a.two.msg").touch()
        (messages / "00000000000000000002_b.two.msg").write_text('{"body": ')
        queue.put({"n": 1})
        message = queue.get_nowait()
        assert message.payload == {"n": 1}
        message.ack()
        queue.close()
    assert list(messages.iterdir()) == []


def test_cleaning_keeps_whole_messages(tmp_path: Path) -> None:
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("three")
        queue.put({"n": 1})
        queue.close()
    messages = tmp_path / "messages"
    (messages / "1.three.msg").touch()
    (messages / "2.three.part").write_text("{")
    (messages / "3.three.x.taken").write_text("{}")
    assert embedded.clean(tmp_path) == 3
    assert len(list(messages.iterdir())) == 1


def test_there_may_be_no_broker_yet(tmp_path: Path) -> None:
    assert embedded.clean(tmp_path / "missing") == 0
