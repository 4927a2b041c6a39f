"""Runs a module as `python -m` does, and ends when the process that started it is gone.

    python -m courseware.demo.child PARENT_PID MODULE [ARGUMENT …]

On Linux the kernel sends SIGTERM at the moment of the parent's death, however it died; elsewhere
a thread looks once a second.

Owns: not becoming an orphan. Must not: import Django; it starts before everything.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Make this process end when `parent`, which started it, does."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it died before we could ask
        sys.exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def main(arguments: list[str]) -> None:
    parent, module, *rest = arguments
    end_with(int(parent))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
