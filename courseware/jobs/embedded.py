"""Kombu's filesystem transport with messages that are whole or not there.

Kombu opens a message under its final name and then writes it, so a reader can meet an empty
file, and one unreadable message ends the worker. Here a message is written under another name
and renamed, and what cannot be read is set aside.

Owns: the broker for one machine. Must not: promise delivery; rows do that.
"""

import json
import logging
import os
import time
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)
SUFFIX = ".msg"
_UNFINISHED = ".part"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        # Wall-clock nanoseconds: the order holds over a restart of the machine.
        name = Path(self.data_folder_out) / f"{time.time_ns():020d}_{uuid4().hex}.{queue}{SUFFIX}"
        part = name.with_suffix(_UNFINISHED)
        part.write_text(dumps(payload), encoding="utf-8")
        part.rename(name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        ending = f".{queue}{SUFFIX}"
        names = (entry.name for entry in os.scandir(self.data_folder_in))
        for name in sorted(name for name in names if name.endswith(ending)):
            path = Path(self.data_folder_in) / name
            taken = path.with_suffix(f".{uuid4().hex}.taken")
            try:
                path.rename(taken)  # of two readers one succeeds
                payload = json.loads(taken.read_bytes())
            except FileNotFoundError:
                continue
            except ValueError:
                logger.warning("unreadable message dropped from the embedded broker")
                taken.unlink(missing_ok=True)
                continue
            taken.unlink(missing_ok=True)
            return payload
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel


def options(folder: Path) -> dict[str, Any]:
    """Transport options for a broker in `folder`, which is made if it is missing."""
    messages, control = folder / "messages", folder / "control"
    for path in (messages, control):
        path.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "polling_interval": 0.2,
    }


def clean(folder: Path) -> int:
    """Remove what a killed process left half written or half read; returns how many files.

    Only while nothing uses the broker. A lost message costs time, never work.
    """
    messages = folder / "messages"
    if not messages.is_dir():
        return 0
    removed = 0
    for path in list(messages.iterdir()):
        if not path.name.endswith(SUFFIX) or not _is_readable(path):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _is_readable(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except (ValueError, OSError):
        return False
