"""The message catalogues: collected, whole, and with every placeholder in its place."""

import ast
import shutil
from pathlib import Path

import django
import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from polib import POFile, pofile

from courseware.home.management.catalogues import faults_of

LOCALE = configured.BASE_DIR / "locale"
needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs gettext")
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ONE = 'msgid "{msgid}"\nmsgstr "{msgstr}"\n'
MANY = 'msgid "{n} lesson"\nmsgid_plural "{n} lessons"\nmsgstr[0] "%s"\nmsgstr[1] "%s"\n'


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "django.po"
    path.write_text(HEAD + text, "utf-8")
    return [fault.partition(":")[0] for fault in faults_of(path)]


@pytest.mark.parametrize(
    ("msgid", "msgstr", "found"),
    [
        ("Save", "Guardar", []),
        ("Save", "", ["not translated"]),
        ("Save", "  ", ["not translated"]),
        ("{n} of {count}", "{n} de {count}", []),
        ("{n} of {count}", "{count}: {n}", []),
        ("{n} of {count}", "{n} de todas", ["other placeholders or tags"]),
        ("{n} of {count}", "{n} de {total}", ["other placeholders or tags"]),
        ("%(n)s of %(all)s", "%(n)s de %(all)s", []),
        ("%(n)s of %(all)s", "%(n)d de %(all)s", ["other placeholders or tags"]),
        ("%(n)s %%", "%(n)s", ["other placeholders or tags"]),
        ("<strong>Now</strong>", "<strong>Ahora</strong>", []),
        ("<strong>Now</strong>", "Ahora", ["other placeholders or tags"]),
        ("Use: ", "Uso: ", []),
        ("Use: ", "Uso:", ["begins or ends with another space"]),
    ],
)
def test_a_message_and_its_translation(
    tmp_path: Path, msgid: str, msgstr: str, found: list[str]
) -> None:
    assert faults(tmp_path, ONE.replace("{msgid}", msgid).replace("{msgstr}", msgstr)) == found


@pytest.mark.parametrize(
    ("one", "more", "found"),
    [
        ("{n} lección", "{n} lecciones", []),
        ("{n} lección", "", ["not translated"]),
        ("{n} lección", "{m} lecciones", ["other placeholders or tags"]),
    ],
)
def test_both_forms_of_a_plural(tmp_path: Path, one: str, more: str, found: list[str]) -> None:
    assert faults(tmp_path, MANY % (one, more)) == found


def test_a_guess_is_a_fault(tmp_path: Path) -> None:
    text = "#, fuzzy\n" + ONE.replace("{msgid}", "Save").replace("{msgstr}", "Salvar")
    assert faults(tmp_path, text) == ["fuzzy"]


def test_every_language_of_the_product_has_a_catalogue_and_formats() -> None:
    for code, _name in configured.LANGUAGES:
        assert (LOCALE / code / "LC_MESSAGES" / "django.po").is_file(), code
        assert (configured.BASE_DIR / "courseware/formats" / code / "formats.py").is_file(), code


@pytest.mark.parametrize("code", [code for code, _name in configured.LANGUAGES if code != "en"])
def test_no_message_of_the_product_is_left_in_english(code: str) -> None:
    """English is the language of the source: its own catalogue stays empty."""
    assert list(faults_of(LOCALE / code / "LC_MESSAGES" / "django.po")) == []


#: What Django's admin says on pages that ours does not have: nothing is deleted in it, its sign-out
#: is ours, and no list of apps can be asked for by name.
_ON_NO_PAGE = ("Deleting ", "Are you sure ", "Logout", "The app ", "…and ", "No %s matches", "“%(")


@pytest.mark.parametrize("code", [code for code, _name in configured.LANGUAGES if code != "en"])
@pytest.mark.parametrize("catalogue", ["contrib/admin/locale", "conf/locale"])
def test_what_django_says_is_not_left_in_english_either(catalogue: str, code: str) -> None:
    """Its catalogues follow later than its words; `WORDS_OF_DJANGO` has what they lack."""
    theirs = Path(django.__file__).parent / catalogue
    ours = pofile(str(LOCALE / code / "LC_MESSAGES" / "django.po"))
    said = pofile(str(theirs / code / "LC_MESSAGES" / "django.po"))
    known = {entry.msgid for entry in (*said.translated_entries(), *ours.translated_entries())}
    words = {entry.msgid for entry in pofile(str(theirs / "en" / "LC_MESSAGES" / "django.po"))}
    missing = words - known - {", ", "Pagination %(name)s entries"}
    assert [one for one in sorted(missing) if not one.startswith(_ON_NO_PAGE)] == []


def test_no_string_hides_behind_another_name_for_gettext() -> None:
    """xgettext knows `_` and the functions by their own names; others it passes by."""
    files = [
        path
        for folder in ("courseware", "lessons", "quizzes")
        for path in (configured.BASE_DIR / folder).rglob("*.py")
    ]
    assert len(files) > 100
    hidden = [
        f"{path.name}: {alias.name} as {alias.asname}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    ]
    assert hidden == []


# ------------------------------------------------------------------ the command
@pytest.fixture
def project(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two messages and their catalogues in two languages, collected."""
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    for language in ("en", "es"):
        folder = tmp_path / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").write_text(HEAD, "utf-8")
    say(tmp_path, "Hand in", "Go back")
    call_command("collect_messages")
    return tmp_path


def say(project: Path, *messages: str) -> None:
    lines = "".join(f'_("{message}")\n' for message in messages)
    (project / "words.py").write_text(lines, "utf-8")


def catalogue(project: Path, language: str) -> POFile:
    return pofile(str(project / "locale" / language / "LC_MESSAGES" / "django.po"))


def messages(project: Path, language: str) -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in catalogue(project, language)}


@needs_gettext
def test_check_refuses_catalogues_that_are_stale_and_leaves_them(project: Path) -> None:
    call_command("collect_messages", "--check")
    say(project, "Hand in", "Go back", "Go on")
    with pytest.raises(CommandError, match=r"Stale message files: en, es\."):
        call_command("collect_messages", "--check")
    assert set(messages(project, "es")) == {"Hand in", "Go back"}


@needs_gettext
@pytest.mark.parametrize("language", ["en", "es"])
def test_check_looks_at_every_language(project: Path, language: str) -> None:
    known = catalogue(project, language)
    del known[0]
    known.save()
    with pytest.raises(CommandError, match=rf"Stale message files: {language}\."):
        call_command("collect_messages", "--check")


@needs_gettext
def test_a_new_message_starts_empty_and_is_never_a_guess(project: Path) -> None:
    known = catalogue(project, "es")
    for entry in known:
        entry.msgstr = f"es {entry.msgid}"
    known.save()
    say(project, "Hand it in", "Go back")
    call_command("collect_messages")
    assert messages(project, "es") == {"Hand it in": "", "Go back": "es Go back"}
    assert catalogue(project, "es").fuzzy_entries() == []
