"""The exported chain and the script that judges it: a good one passes, each tampering is named.

The script runs as a process of its own, outside the repository, without Django.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from courseware.audit import schema, verify_trail
from courseware.audit.actions import change_seal_key, seal_events
from courseware.audit.keys import seal_key
from courseware.audit.models import AuditDetail, AuditEvent, Seal
from courseware.audit.queries import export, trail_lines
from courseware.audit.signing import SealKey, generate_key
from tests.audit.trail_made import NOW, happened, sealed

pytestmark = pytest.mark.django_db
SCRIPT = Path(verify_trail.__file__)
Lines = list[dict[str, Any]]


def lines() -> Lines:
    return [json.loads(line) for line in trail_lines(now=NOW)]


class Court:
    """A folder with the export, the script and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        shutil.copy(SCRIPT, folder)
        (folder / "key.pem").write_text(seal_key().public_pem)

    def judge(self, trail: Lines, *arguments: str) -> tuple[int, str]:
        return self.judge_text("".join(json.dumps(line) + "\n" for line in trail), *arguments)

    def judge_text(self, text: str, *arguments: str) -> tuple[int, str]:
        (self.folder / "trail.jsonl").write_text(text)
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT.name, "trail.jsonl", *arguments],
            cwd=self.folder,
            env={},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def court(tmp_path: Path) -> Court:
    return Court(tmp_path / "court")


def of_kind(trail: Lines, kind: str) -> Lines:
    return [line for line in trail if line["type"] == kind]


def test_a_good_export_is_believed(court: Court) -> None:
    sealed(3, 1)
    change_seal_key(now=NOW)
    seal_events(now=timezone.now(), limit=10)
    happened(1)  # not sealed yet, and so not in it
    trail = lines()
    code, said = court.judge(trail)
    assert code == 0, said
    assert "Read 3 seals over 5 events." in said
    assert "a forger could have put them there" in said
    newest = Seal.objects.get(number=3)
    (court.folder / "new.pem").write_text(seal_key().public_pem)
    code, said = court.judge(
        trail,
        *("--key", "key.pem", "--key", "new.pem"),
        *("--expect-seal", f"3:{newest.root_hash}"),
    )
    assert code == 0, said
    assert "forger" not in said


def test_what_the_lines_hold() -> None:
    sealed(2)
    trail = lines()
    assert [line["type"] for line in trail] == ["trail", "key", "event", "event", "seal", "end"]
    assert trail[-1] == {"type": "end", "seals": 1, "events": 2}
    with_details = [line for line in of_kind(trail, "event") if line["details"]]
    assert [line["details"] for line in with_details] == [{"fields": ["name"], "note": "é = 1"}]


def _all_again(trail: Lines) -> Lines:
    """Everything after a change computed anew, as somebody without the key would."""
    again, root, hashes = [], schema.NOTHING_BEFORE, list[str]()
    for line in trail:
        new = dict(line)
        if line["type"] == "event":
            new["hash"] = verify_trail.event_hash(line)
            hashes.append(new["hash"])
        elif line["type"] == "seal":
            new["previous"] = root
            new["root"] = root = verify_trail.root_hash(new, hashes)
            hashes = []
        again.append(new)
    return again


def test_each_tampering_is_named(court: Court) -> None:
    sealed(2, 3, 1)
    whole = lines()
    [_first, second, third] = of_kind(whole, "seal")
    events = of_kind(whole, "event")
    victim = events[2]  # the first of seal 2
    place = whole.index(victim)

    def changed() -> Lines:
        return [*whole[:place], {**victim, "verb": "unit.moved"}, *whole[place + 1 :]]

    def changed_with_its_hash() -> Lines:
        trail = changed()
        trail[place]["hash"] = verify_trail.event_hash(trail[place])
        return trail

    def without(*gone: dict[str, Any]) -> Lines:
        return [line for line in whole if line not in gone]

    def exchanged() -> Lines:
        return [*whole[:place], whole[place + 1], victim, *whole[place + 2 :]]

    def counted_anew(trail: Lines) -> Lines:
        events, seals = of_kind(trail, "event"), of_kind(trail, "seal")
        return [*trail[:-1], {"type": "end", "seals": len(seals), "events": len(events)}]

    of_second = events[2:5]
    cases: dict[str, tuple[Lines, list[str]]] = {
        "changed": (
            changed(),
            [f"event {victim['id']}: it was changed after it was sealed (unit.moved)"],
        ),
        "changed with its hash": (
            changed_with_its_hash(),
            ["seal 2: its hash is not that of its events"],
        ),
        "changed, all computed again": (
            _all_again(changed()),
            ["seal 2: its signature is wrong", "seal 3: its signature is wrong"],
        ),
        "event removed": (
            counted_anew(without(victim)),
            [
                "seal 2: it covers 3 events, and here are 2",
                "seal 2: its hash is not that of its events",
            ],
        ),
        "exchanged": (exchanged(), ["seal 2: its hash is not that of its events"]),
        "seal removed from the middle": (
            counted_anew(without(second, *of_second)),
            [
                "seal 3: it follows seal 1: those between are missing",
                "seal 3: it does not stand on the seal before it",
            ],
        ),
        "end removed": (whole[:-1], ["end: the file ends early: its last line is missing"]),
        "something added": (
            [*whole, victim],
            [f"line {len(whole) + 1}: something follows the end of the trail"],
        ),
        "stopped": (
            [*whole[:-1], {"type": "stopped", "reason": "x"}],
            [
                f"line {len(whole)}: the export was stopped: x",
                "end: the file ends early: its last line is missing",
            ],
        ),
        "a seal without its root": (
            [{k: v for k, v in line.items() if k != "root"} for line in whole[:-1]] + whole[-1:],
            [],
        ),
        "no trail at all": ([{"type": "shopping list"}], []),
    }
    for name, (trail, failures) in cases.items():
        code, said = court.judge(trail, "--key", "key.pem")
        assert code == 1, (name, said)
        for failure in failures:
            assert f"FAILED {failure}\n" in said, (name, said)
        if failures:
            assert f"\n{len(failures)} things do not hold.\n" in said, (name, said)
    # A cut-off end is whole in itself; only a seal that left the house shows it.
    cut = counted_anew(without(third, events[5]))
    assert court.judge(cut, "--key", "key.pem")[0] == 0
    code, said = court.judge(cut, "--expect-seal", f"3:{third['root']}")
    assert code == 1
    assert "FAILED seal 3: it is missing: the trail was cut off before it\n" in said


def test_a_trail_signed_by_somebody_else(court: Court) -> None:
    """Consistent in itself, with its own key beside it: only what one knew before tells."""
    sealed(2, 1)
    whole = lines()
    newest = of_kind(whole, "seal")[-1]
    forger = SealKey.load(generate_key())
    forged = []
    for line in _all_again(
        [{**line, "verb": "x.y"} if line["type"] == "event" else line for line in whole]
    ):
        if line["type"] == "key":
            line = {**line, "id": forger.key_id, "public_key": forger.public_pem}
        elif line["type"] == "seal":
            signature = forger.sign(schema.signed_bytes(line["root"]))
            line = {**line, "key": forger.key_id, "signature": signature}
        forged.append(line)
    assert court.judge(forged)[0] == 0
    code, said = court.judge(forged, "--key", "key.pem")
    assert code == 1
    for number in (1, 2):
        signed = f"it is signed with key {forger.key_id}, which is none you gave"
        assert f"FAILED seal {number}: {signed}\n" in said
    code, said = court.judge(forged, "--expect-seal", f"2:{newest['root']}")
    assert code == 1
    assert f"FAILED seal 2: it is not the one expected, {newest['root']}\n" in said


def test_details_are_compared_with_the_key_for_them(court: Court, settings: LazySettings) -> None:
    sealed(4)
    first, second = AuditDetail.objects.order_by("pk")
    first.delete()
    whole = lines()
    (court.folder / "audit_key").write_text(f"{settings.AUDIT_KEY}\n")
    code, said = court.judge(whole, "--audit-key", "audit_key")
    assert code == 0
    assert "Details compared: 1." in said
    for line in whole:
        if line.get("details"):
            line["details"]["note"] = "reworded"
    code, said = court.judge(whole, "--audit-key", "audit_key")
    assert code == 1
    assert f"FAILED event {second.pk}: its details are not those that were recorded\n" in said


@pytest.mark.parametrize(
    "arguments",
    [("--key", "nothing.pem"), ("--key", "verify_trail.py"), ("--expect-seal", "3"), ()],
)
def test_what_cannot_be_checked(court: Court, arguments: tuple[str, ...]) -> None:
    file = "trail.jsonl" if arguments else "nowhere.jsonl"
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT.name, file, *arguments],
        cwd=court.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"type": "event", "id": "\ud800"}, "it holds what no trail holds"),
        ({"type": "seal", "number": 9}, "it lacks something ('previous')"),
        ("[" * 100_000, "it cannot be read"),
    ],
)
def test_a_line_made_to_break_the_script_is_named(
    court: Court, line: dict[str, Any] | str, said: str
) -> None:
    """And what follows it is still judged: an error would hide it."""
    sealed(1)
    trail = lines()
    trail[-2]["signature"] = "00"
    text = [json.dumps(one) for one in trail]
    text.insert(1, line if isinstance(line, str) else json.dumps(line))
    code, answer = court.judge_text("\n".join(text))
    assert code == 1
    assert f"FAILED line 2: {said}\n" in answer
    assert "its signature is wrong" in answer


def test_a_trail_without_a_seal_proves_nothing(court: Court) -> None:
    trail = lines()
    assert of_kind(trail, "seal") == []
    code, said = court.judge(trail, "--key", "key.pem")
    assert code == 2
    assert "There is no seal in it: nothing is proven." in said
    assert "Every seal stands" not in said


# ------------------------------------------------------------------ both spell alike
def _alone() -> ModuleType:
    spec = importlib.util.spec_from_file_location("alone", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ALONE = _alone()


def test_the_script_imports_nothing_of_the_platform() -> None:
    text = SCRIPT.read_text("utf-8")
    assert "import courseware" not in text
    assert "from courseware" not in text
    assert "django" not in text.lower()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    at=st.datetimes(min_value=NOW.replace(tzinfo=None)),
    verb=TEXT,
    actor=st.none() | st.uuids(),
    subject=TEXT,
    details=st.dictionaries(TEXT, st.none() | st.integers() | TEXT, max_size=4),
)
def test_platform_and_script_spell_alike(
    at: Any, verb: str, actor: Any, subject: str, details: dict[str, Any]
) -> None:
    alone, at = ALONE, at.replace(tzinfo=NOW.tzinfo)
    details_hash = schema.details_hash(details, key="k")
    assert alone.details_hash(json.loads(json.dumps(details)), "k") == details_hash
    facts = schema.event_facts(
        id=actor, at=at, verb=verb, actor=actor, subject_type=verb, subject_id=subject,
        details_hash=details_hash,
    )  # fmt: skip
    assert alone.event_hash(json.loads(json.dumps(facts))) == schema.event_hash(facts)
    seal = {"number": 7, "at": schema.instant(at), "previous": "0" * 64}
    assert alone.root_hash(seal, [verb, subject]) == schema.root_hash(
        number=7, at=at, previous="0" * 64, event_hashes=[verb, subject]
    )


# ------------------------------------------------------------------ writing it
def test_the_command_writes_it_whole_and_says_so(tmp_path: Path, court: Court) -> None:
    sealed(2)
    file, out = tmp_path / "trail.jsonl", StringIO()
    call_command("export_trail", str(file), stdout=out)
    trail = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert court.judge(trail)[0] == 0
    event = AuditEvent.objects.get(verb="trail.exported")
    assert (event.subject_id, event.actor_id) == ("chain", None)
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("export_trail", str(tmp_path / "nowhere" / "trail.jsonl"))
    assert [path.name for path in tmp_path.glob("trail*")] == ["trail.jsonl"]


def test_it_stops_with_a_marked_line(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_LOOK_AGAIN", 2)
    sealed(1, 1, 1, 1)
    answers = iter([False, True])
    trail = [json.loads(line) for line in trail_lines(now=NOW, stop=lambda: next(answers))]
    assert trail[-1]["type"] == "stopped"
    assert len(of_kind(trail, "seal")) == 3
    assert court.judge(trail)[0] == 1


def test_it_reads_in_bounded_steps(django_assert_max_num_queries: Callable[..., Any]) -> None:
    sealed(50, 1)
    with django_assert_max_num_queries(3):
        assert len(lines()) > 50
