"""The structure that import-linter cannot say: what of an app others may use, and what nobody does.

docs/architecture.md explains the words; docs/adr/ says why pure modules are public.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "accounts",
    "audit",
    "authoring",
    "bundles",
    "certificates",
    "core",
    "courses",
    "demo",
    "enrolments",
    "formats",
    "health",
    "home",
    "jobs",
    "reports",
    "search",
}
APPS = {f"courseware.{name}" for name in PACKAGES} | {"lessons", "quizzes"}
#: What one app may use of another: its reads and writes, its tables, its pure modules, and the
#: few contracts made for others.
PUBLIC = {
    "access",
    "actions",
    "models",
    "queries",
    "kinds",  # courses: the contract of an activity
    "pictures",  # courses: who keeps the pictures of an edition, and who shows them
    "certified",  # enrolments: whose certificate counts, said by certificates
    "registry",  # jobs: the contract of a kind of work
    "mailtext",  # jobs: how a mail is worded
    "embedded",  # jobs: the broker in a folder, which the supervisor cleans
    "roles",
    "rules",
    "verbs",  # audit: every act in words
    "engine",
    "interchange",  # quizzes: the formats of other systems
    "dialect",
    "bounded",  # lessons: an author's text, rendered within a bound on time
    "schema",
}


def _sources() -> Iterator[tuple[str, Path]]:
    for top in ("courseware", "lessons", "quizzes"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def _app_of(module: str) -> str | None:
    return next((app for app in APPS if module == app or module.startswith(f"{app}.")), None)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            for name in node.names:
                yield f"{node.module}.{name.name}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name


def test_the_packages_are_the_planned_ones() -> None:
    found = {path.parent.name for path in (ROOT / "courseware").glob("*/__init__.py")}
    assert found == PACKAGES


def test_apps_use_only_what_others_offer() -> None:
    strays = []
    for module, path in _sources():
        own = _app_of(module)
        for imported in set(_imports(path)):
            other = _app_of(imported)
            if own is None or other is None or own == other or other == "courseware.core":
                continue
            part = imported.removeprefix(other).strip(".").split(".")[0]
            if part and part not in PUBLIC and not _is_name_of(other, part):
                strays.append(f"{module} imports {imported}")
    assert strays == []


def _is_name_of(app: str, part: str) -> bool:
    """`from courseware.accounts import roles` names the package first and is then checked."""
    folder = ROOT.joinpath(*app.split("."))
    return not (folder / part).is_dir() and not (folder / f"{part}.py").exists()


@pytest.mark.parametrize("word", ["post_save", "pre_save", "GenericForeignKey", "@receiver"])
def test_nothing_happens_behind_a_save(word: str) -> None:
    users = [module for module, path in _sources() if word in path.read_text(encoding="utf-8")]
    assert users == []


def test_no_drawer_for_everything() -> None:
    names = {"utils", "helpers", "misc", "common", "tools"}
    assert [module for module, path in _sources() if path.stem in names] == []


def test_views_do_not_write() -> None:
    """A view calls one action; it saves nothing itself."""
    writes = {"save", "create", "update", "delete", "bulk_create", "get_or_create"}
    found = []
    for module, path in _sources():
        if ".views" not in module:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in writes
                and "objects" in ast.dump(node.func)
            ):
                found.append(f"{module}:{node.lineno}")
    assert found == []
