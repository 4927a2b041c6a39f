"""The product's settings, with a folder of their own for each test process.

A conftest would be too late: pytest-django reads the settings before it. Named by `--ds` in
pyproject.toml, because an option also wins over what a parent process left in the environment.
"""

import atexit
import os
import shutil
import tempfile

from tests import migrated

# Tests never touch the folder a developer's own installation lives in.
_home = os.environ["COURSEWARE_HOME"] = tempfile.mkdtemp(prefix="courseware-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.setdefault("COURSEWARE_DEMO", "0")
migrated.shared_folder()  # before processes of the run are started

from courseware.settings import *  # noqa: E402, F403  # the same settings, whatever they are

# A process started by a test reads the product's settings, in the test's folder.
os.environ["DJANGO_SETTINGS_MODULE"] = "courseware.settings"
