"""What a browser sends for a form of a page: every field as it stands, and the pressed button.

    fields = sent(page, "question-form")
    fields["stem"] = "Another stem?"
    client.post(address, fields)

Owns: reading a form as a browser does. Must not: know any page.
"""

from html.parser import HTMLParser

type Fields = dict[str, str | list[str]]


class _Forms(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__(convert_charrefs=True)
        self.form_id = form_id
        self.fields: list[tuple[str, str]] = []
        self._inside = self._in_template = False
        self._area: str | None = None
        self._text = ""
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._in_template = True
        elif tag == "form":
            self._inside = own.get("id", "") == self.form_id
        elif not self._inside or self._in_template or "disabled" in own:
            return
        elif tag == "input":
            self._input(own)
        elif tag == "textarea":
            self._area, self._text = own["name"], ""
        elif tag == "select":
            self._select, self._options = own["name"], []
        elif tag == "option" and self._select is not None:
            self._options.append((own.get("value", ""), "selected" in own))

    def _input(self, own: dict[str, str]) -> None:
        kind = own.get("type", "text")
        if kind in {"checkbox", "radio"}:
            if "checked" in own:
                self.fields.append((own["name"], own.get("value", "on")))
        elif kind not in {"submit", "button", "file"} and own.get("name"):
            self.fields.append((own["name"], own.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template = False
        elif tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            # A browser drops the first line end and sends the others as CR LF.
            text = self._text.replace("\r\n", "\n").removeprefix("\n")
            self.fields.append((self._area, text.replace("\n", "\r\n")))
            self._area = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            first = [value for value, _ in self._options[:1]]
            self.fields += [(self._select, value) for value in chosen or first]
            self._select = None


def sent(page: str, form_id: str) -> Fields:
    parser = _Forms(form_id)
    parser.feed(page)
    found: Fields = {}
    for name, value in parser.fields:
        before = found.get(name)
        if before is None:
            found[name] = value
        else:
            found[name] = [*(before if isinstance(before, list) else [before]), value]
    return found
