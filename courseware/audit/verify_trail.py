#!/usr/bin/env python3
"""Checks an exported audit trail, without the platform it comes from.

    python verify_trail.py trail.jsonl --key seal-key.pem --expect-seal 412:9f86d081…

Needs Python 3.10 or newer and the package `cryptography`. Exit code 0: everything that was
checked holds; 1: something does not; 2: it could not be checked.

What is checked: the number and the link of every seal, its signature, its hash over its events,
and the hash of every event. With --expect-seal, from the mails that left the house, also that the
trail still holds that seal; only so is it seen that the end was cut off or everything was made
again. With --audit-key also the details that were not erased.

This file stands alone on purpose and repeats what docs/reference/audit.md says; it must not
import anything of the platform it judges.
"""

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # pragma: no cover
    sys.exit("The Python package `cryptography` is needed: pip install cryptography")

FACTS = ("actor", "at", "details_hash", "id", "subject_id", "subject_type", "verb")
Line = dict[str, Any]


# ------------------------------------------------------------------ the spelling
def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def event_hash(event: Line) -> str:
    facts = {name: event.get(name) for name in FACTS}
    return hashlib.sha256(b"courseware audit event 1\n" + canonical(facts)).hexdigest()


def root_hash(seal: Line, hashes: list[str]) -> str:
    lines = ["courseware audit seal 1", seal["number"], seal["at"], seal["previous"], *hashes]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def details_hash(details: Any, key: str) -> str:
    return hmac.new(key.encode(), canonical(details), hashlib.sha256).hexdigest()


def key_id(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def load_key(pem: str) -> Ed25519PublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return key


# ------------------------------------------------------------------ the judge
class Judge:
    """Reads line after line; `failures` is what does not hold."""

    def __init__(
        self, keys: dict[str, Ed25519PublicKey], expected: dict[int, str], audit_key: str
    ) -> None:
        self.keys, self.are_keys_given = keys, bool(keys)
        self.expected, self.audit_key = expected, audit_key
        self.failures: list[str] = []
        self.seals = self.events = self.details = self.number = 0
        self.root = "0" * 64
        self.newest: Line = {}
        self._hashes: list[str] = []
        self._end: Line | None = None

    def fail(self, subject: str, what: str) -> None:
        self.failures.append(f"{subject}: {what}")

    def read(self, place: int, line: Line) -> None:
        kind = line.get("type")
        if self._end is not None:
            self.fail(f"line {place}", "something follows the end of the trail")
        elif place == 1 and (kind, line.get("version")) != ("trail", 1):
            self.fail("line 1", "this is no audit trail, or one of another version")
        elif kind == "key":
            self._key(line)
        elif kind == "event":
            self._event(line)
        elif kind == "seal":
            self._seal(line)
        elif kind == "end":
            self._end = line
        elif kind == "stopped":
            self.fail(f"line {place}", f"the export was stopped: {line.get('reason')}")
        elif kind != "trail":
            self.fail(f"line {place}", "nobody knows what this line is")

    def _key(self, line: Line) -> None:
        if self.are_keys_given:
            return  # what the file says about itself proves nothing
        try:
            key = load_key(str(line.get("public_key")))
        except ValueError:
            self.fail(f"key {line.get('id')}", "this is no Ed25519 public key")
        else:
            self.keys[key_id(key)] = key

    def _event(self, event: Line) -> None:
        name = f"event {event.get('id')}"
        if event_hash(event) != event.get("hash"):
            self.fail(name, f"it was changed after it was sealed ({event.get('verb')})")
        details = event.get("details")
        if self.audit_key and details is not None:
            self.details += 1
            if details_hash(details, self.audit_key) != event.get("details_hash"):
                self.fail(name, "its details are not those that were recorded")
        self._hashes.append(str(event.get("hash")))
        self.events += 1

    def _seal(self, seal: Line) -> None:
        hashes, self._hashes = self._hashes, []
        name = f"seal {seal['number']}"
        if seal["number"] != self.number + 1:
            self.fail(name, f"it follows seal {self.number}: those between are missing")
        if seal["previous"] != self.root:
            self.fail(name, "it does not stand on the seal before it")
        if seal["events"] != len(hashes):
            self.fail(name, f"it covers {seal['events']} events, and here are {len(hashes)}")
        if root_hash(seal, hashes) != seal["root"]:
            self.fail(name, "its hash is not that of its events")
        self._signature(name, seal)
        wanted = self.expected.pop(seal["number"], seal["root"])
        if wanted != seal["root"]:
            self.fail(name, f"it is not the one expected, {wanted}")
        self.seals, self.number, self.root = self.seals + 1, seal["number"], seal["root"]
        self.newest = seal

    def _signature(self, name: str, seal: Line) -> None:
        key = self.keys.get(seal["key"])
        if key is None:
            whose = "you gave" if self.are_keys_given else "of this file"
            self.fail(name, f"it is signed with key {seal['key']}, which is none {whose}")
            return
        message = b"courseware audit seal signature 1\n" + str(seal["root"]).encode()
        try:
            key.verify(bytes.fromhex(seal["signature"]), message)
        except (InvalidSignature, ValueError):
            self.fail(name, "its signature is wrong")

    def close(self) -> None:
        if self._hashes:
            self.fail("end", f"{len(self._hashes)} events stand under no seal")
        if self._end is None:
            self.fail("end", "the file ends early: its last line is missing")
        elif (self._end.get("seals"), self._end.get("events")) != (self.seals, self.events):
            self.fail("end", "the file does not hold as many seals and events as it says")
        for number in sorted(self.expected):
            self.fail(f"seal {number}", "it is missing: the trail was cut off before it")


def lines_of(path: Path, judge: Judge) -> Iterator[tuple[int, Line]]:
    with path.open(encoding="utf-8") as file:
        for place, text in enumerate(file, start=1):
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                line = None
            if isinstance(line, dict):
                yield place, line
            else:
                judge.fail(f"line {place}", "it cannot be read")


def verdict(judge: Judge) -> int:
    newest = judge.newest
    print(f"Read {judge.seals} seals over {judge.events} events.")
    if newest:
        print(f"Newest seal: {newest['number']}:{newest['root']}, made {newest['at']}.")
    print(f"Keys: {', '.join(sorted(judge.keys)) or 'none'}.")
    if judge.audit_key:
        print(f"Details compared: {judge.details}.")
    for failure in judge.failures:
        print(f"FAILED {failure}")
    if judge.failures:
        print(f"{len(judge.failures)} things do not hold.")
        return 1
    if not newest:
        print("There is no seal in it: nothing is proven.")
        return 2
    print("Every seal stands on the one before, is signed, and its events are unchanged.")
    if not judge.are_keys_given:
        print("The keys came with the file: a forger could have put them there. Give --key.")
    return 0


def _expected(text: str) -> tuple[int, str]:
    number, _, root = text.partition(":")
    if not number.isdigit() or len(root) != 64:
        raise argparse.ArgumentTypeError("write it as NUMBER:HASH, as in the mail")
    return int(number), root.lower()


def _given_key(text: str) -> tuple[str, Ed25519PublicKey]:
    try:
        key = load_key(Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text} holds no Ed25519 public key in PEM") from error
    return key_id(key), key


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Checks an exported audit trail.")
    parser.add_argument("file", type=Path, help="the export, JSON Lines")
    parser.add_argument(
        "--key", type=_given_key, action="append", default=[], metavar="PEM",
        help="a public key you trust; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--expect-seal", type=_expected, action="append", default=[], metavar="N:HASH",
        help="a seal the trail must hold, from a daily mail; may be given several times",
    )  # fmt: skip
    parser.add_argument("--audit-key", type=Path, help="file with AUDIT_KEY, to check details")
    given = parser.parse_args(arguments)
    try:
        audit_key = given.audit_key.read_text(encoding="utf-8").strip() if given.audit_key else ""
        judge = Judge(dict(given.key), dict(given.expect_seal), audit_key)
        for place, line in lines_of(given.file, judge):
            try:
                judge.read(place, line)
            except (KeyError, TypeError) as error:
                judge.fail(f"line {place}", f"it lacks something ({error})")
            except (ValueError, RecursionError):  # half a character, endless nesting
                judge.fail(f"line {place}", "it holds what no trail holds")
        judge.close()
    except (OSError, UnicodeDecodeError) as error:
        print(f"Cannot be read: {error}")
        return 2
    return verdict(judge)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
