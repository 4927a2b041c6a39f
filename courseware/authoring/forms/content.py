"""A question's content as forms, and back.

    forms = ContentForms("single", content)                 to be shown
    forms = ContentForms("single", content, data=request.POST)
    forms.content()          what was filled in, as a content; not yet judged
    forms.origins()          where each row stood before
    forms.locate("options[2].feedback")     the field that a fault or a hint is about

In a translation (`original` given) only words can be written; everything else is the original's.

Owns: this way there and back, which changes nothing that was not changed by hand. Must not: judge.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from courseware.authoring.forms.fields import (
    Text,
    form_field,
    is_left_out,
    is_words,
    shown,
    written,
)
from courseware.authoring.forms.rows import (
    STEP,
    Content,
    PartHeads,
    RowForms,
    Spot,
    put_originals,
    spot_in,
)
from courseware.authoring.forms.shapes import PARTS, SHAPES, TYPE_NAMES, Plain, Rows
from quizzes.engine import registry

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: What a new question begins with.
BLANKS: Mapping[str, dict[str, Any]] = {
    "single": {"options": [{}, {}, {}, {}]},
    "multiple": {"options": [{}, {}, {}, {}]},
    "truefalse": {"options": [{}, {}]},
    "ordering": {"sequence": ["", "", "", ""]},
    "matching": {"pairs": [{}, {}, {}]},
    "numeric": {},
    "short": {},
    "scenario": {
        "parts": [{"key": "a", "type": "single"}, {"key": "b", "type": "single"}],
    },
}


class PartForms:
    """One part of a case: its key and type, which never change, and its content."""

    def __init__(self, head: forms.Form, content: "ContentForms", key: str) -> None:
        self.head = head
        self.content = content
        self.key = key
        self.kind = content.kind
        self.type_name = TYPE_NAMES[content.kind]


class ContentForms:
    """Everything of one content, or of one part of a case."""

    def __init__(
        self,
        kind: str,
        content: Content,
        *,
        language: str,
        prefix: str = "",
        data: QueryDict | None = None,
        original: Content | None = None,
    ) -> None:
        self.kind = kind
        self.before = content if original is None else original
        self.is_translation = original is not None
        self.prefix = prefix
        self.language = language
        self.data = data
        self._words = content
        self.fields = self._plain_form()
        self.rows = {rows.name: made for rows in self._lists() if (made := self._row_forms(rows))}
        self.parts_rows = self._part_heads() if kind == "scenario" else None
        self.parts = self._parts()

    # -------------------------------------------------------------- building
    def _lists(self) -> Iterator[Rows]:
        for field in SHAPES[self.kind]:
            if isinstance(field, Rows) and field is not PARTS:
                yield field

    def _plains(self) -> Iterator[Plain]:
        for field in SHAPES[self.kind]:
            if not isinstance(field, Rows):
                yield field

    def _plain_form(self) -> forms.Form:
        fields = {
            field.name: form_field(field, self.language)
            for field in self._plains()
            if not self.is_translation or (is_words(field) and self.before.get(field.name))
        }
        initial = {
            field.name: shown(field, self._words.get(field.name)) for field in self._plains()
        }
        made = type("PlainForm", (forms.Form,), fields)
        form: forms.Form = made(data=self.data, prefix=self.prefix or None, initial=initial)
        if self.is_translation:
            put_originals(form, tuple(self._plains()), self.before)
        return form

    def _row_forms(self, rows: Rows) -> RowForms | None:
        values = list(self._words.get(rows.name) or ())
        originals = None
        if self.is_translation:
            originals = list(self.before.get(rows.name) or ())
            if not originals:
                return None
            blank: Any = "" if rows.is_texts else {}
            values = [values[i] if i < len(values) else blank for i in range(len(originals))]
        return RowForms(
            rows,
            values,
            prefix=self._name(rows.name),
            language=self.language,
            data=self.data,
            originals=originals,
        )

    def _name(self, name: str) -> str:
        return f"{self.prefix}-{name}" if self.prefix else name

    def _part_heads(self) -> "RowForms":
        return PartHeads(
            list(self.before.get("parts") or ()),
            prefix=self._name("parts"),
            data=None if self.is_translation else self.data,
            is_fixed=self.is_translation,
        )

    def _parts(self) -> list[PartForms]:
        if self.parts_rows is None:
            return []
        before = list(self.before.get("parts") or ())
        words = {part.get("key"): part for part in self._words.get("parts") or ()}
        found: list[PartForms] = []
        for index, head in enumerate(self.parts_rows.formset.forms):
            part = before[index] if index < len(before) else {}
            kind = part.get("type") or str(head["type"].value() or "")
            if kind not in registry.names() or kind == "scenario":
                kind = "single"  # posted by hand; nothing of ours sends it
            key = part.get("key") or _free_key({*words, *(p.key for p in found)})
            content = ContentForms(
                kind,
                words.get(key, {}) if self.is_translation else part,
                language=self.language,
                prefix=f"{self._name('parts')}-{index}",
                data=self.data,
                original=part if self.is_translation else None,
            )
            found.append(PartForms(head, content, key))
        return found

    # -------------------------------------------------------------- showing
    def focus_on(self, group: str) -> None:
        """The cursor goes into the last row of a list, which has just been added."""
        for rows in self.rows.values():
            if rows.prefix == group and rows.formset.forms:
                fields = rows.formset.forms[-1].fields.values()
                first = next(field for field in fields if isinstance(field, Text))
                first.widget.attrs["autofocus"] = True
        if self.parts_rows is not None and self.parts_rows.prefix == group and self.parts:
            next(iter(self.parts[-1].content.fields.fields.values())).widget.attrs["autofocus"] = (
                True
            )
        for part in self.parts:
            part.content.focus_on(group)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What stands above the lists."""
        return self._shown_fields(is_first=True)

    @property
    def last_fields(self) -> list[forms.BoundField]:
        return self._shown_fields(is_first=False)

    def _shown_fields(self, *, is_first: bool) -> list[forms.BoundField]:
        names = [field.name for field in SHAPES[self.kind]]
        lists = [names.index(rows.name) for rows in SHAPES[self.kind] if isinstance(rows, Rows)]
        border = min(lists, default=len(names))
        wanted = names[:border] if is_first else names[border:]
        return [self.fields[name] for name in wanted if name in self.fields.fields]

    # -------------------------------------------------------------- reading
    @cached_property
    def kept_parts(self) -> list[tuple[int, PartForms]]:
        """The parts that are not taken out, in the order that was asked for."""
        if self.parts_rows is None:
            return []
        return [(index, self.parts[index]) for index, _head in self.parts_rows.kept]

    def content(self) -> dict[str, Any]:
        """What was filled in; what was shown, if nothing was sent yet."""
        if self.data is None:
            return dict(self._words)
        self.fields.is_valid()
        found: dict[str, Any] = deepcopy(dict(self.before)) if self.is_translation else {}
        for field in self._plains():
            if field.name in self.fields.fields:
                typed = written(field, self.fields.cleaned_data.get(field.name))
                if not is_left_out(field, typed, dict(self.before)):
                    found[field.name] = typed
        for name, rows in self.rows.items():
            values = rows.values()
            if values or not rows.rows.is_optional or name in self.before:
                found[name] = values
        if self.parts_rows is not None:
            found["parts"] = [
                {"key": part.key, "type": part.kind, **part.content.content()}
                for _index, part in self.kept_parts
            ]
        return found

    def origins(self, path: str = "") -> dict[str, list[int | None]]:
        """Where every row stood before, by the path of its list in the new content."""
        found = {f"{path}{name}": rows.origins() for name, rows in self.rows.items()}
        if self.parts_rows is not None:
            found[f"{path}parts"] = self.parts_rows.origins()
            for place, (_index, part) in enumerate(self.kept_parts):
                found |= part.content.origins(f"{path}parts[{place}].")
        return found

    # -------------------------------------------------------------- faults
    def locate(self, path: str) -> Spot:
        """The field that a path of the content (as it was read) is about."""
        step = STEP.match(path)
        if step is None:
            return Spot("", "")
        name, index = step[1], int(step[2]) if step[2] else None
        rest = path[step.end() :]
        if name == "parts" and self.parts_rows is not None:
            return self._in_part(index, rest)
        if name in self.rows:
            return self.rows[name].locate(index, rest)
        return spot_in(self.fields, path, "", "")

    def _in_part(self, index: int | None, rest: str) -> Spot:
        assert self.parts_rows is not None
        if index is None or index >= len(self.kept_parts):
            return Spot(str(PARTS.label), self.parts_rows.anchor, group=self.parts_rows)
        place, part = self.kept_parts[index]
        label = str(PARTS.one) % {"number": place + 1}
        found = part.content.locate(rest)
        if not found.anchor:
            return Spot(label, f"part-{part.content.prefix}", group=self.parts_rows)
        return Spot(f"{label}, {found.label}", found.anchor, found.form, found.field, found.group)

    def own_problems(self) -> Iterator[tuple[Spot, str]]:
        """What could not even be read: a place that is no number."""
        groups = [*self.rows.values(), *([self.parts_rows] if self.parts_rows else [])]
        for group in groups:
            for index, form in enumerate(group.formset.forms):
                for name, errors in form.errors.items():
                    label = str(group.rows.one) % {"number": index + 1}
                    for error in errors:
                        yield spot_in(form, name, f"{label}, ", group.anchor), str(error)
        for part in self.parts:
            yield from part.content.own_problems()


def _free_key(taken: set[Any]) -> str:
    return next(letter for letter in _LETTERS if letter not in taken)


def with_one_more(data: QueryDict, group: str, kind: str) -> QueryDict:
    """What was posted, with another empty row at the end of a list; a new part has its `kind`."""
    more = data.copy()
    total = f"{group}-TOTAL_FORMS"
    text = more.get(total, "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return data
    more[total] = more[f"{group}-{text}-ORDER"] = str(int(text) + 1)
    if group == "parts" and kind in registry.names():
        _put_blanks(more, f"parts-{text}", kind)
    return more


def _put_blanks(data: QueryDict, prefix: str, kind: str) -> None:
    data[f"{prefix}-type"] = kind
    for field in SHAPES[kind]:
        if isinstance(field, Rows):
            data[f"{prefix}-{field.name}-TOTAL_FORMS"] = str(len(BLANKS[kind].get(field.name, ())))
            data[f"{prefix}-{field.name}-INITIAL_FORMS"] = "0"
