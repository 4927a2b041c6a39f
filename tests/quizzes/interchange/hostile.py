"""Files that would cost too much if a reader were careless; `make bench` says what they cost.

Owns: the files. Each is a form and its text, by what is hard about it.
"""

from quizzes.interchange.records import MAX_BYTES

type Hostile = tuple[str, str]


def as_xml(stem: str, more: str = "", kind: str = "truefalse") -> str:
    return (
        f'<quiz><question type="{kind}"><name><text>n</text></name>{stem}{more}</question></quiz>'
    )


def as_html(html: str) -> str:
    escaped = html.replace("&", "&amp;").replace("<", "&lt;")
    return f'<questiontext format="html"><text>{escaped}</text></questiontext>'


def much(unit: str, head: str = "", tail: str = "") -> str:
    """A quarter of what a file may be: what grows faster than a file is seen in it."""
    return head + unit * ((MAX_BYTES // 4 - len(head) - len(tail)) // len(unit)) + tail


#: One thing in them is far too much: an error, or nothing is read.
ONE_THING: list[Hostile] = [
    ("gift", "Which? {" + "=a" * 500_000 + "}"),
    ("gift", "// " + "[id:" * 200_000 + "\nOne? {T}"),
    ("gift", "How many? {#1e999999999}"),
    ("gift", "How many? {#" + "9" * 500_000 + "}"),
    ("gift", "[html]" + "<b>" * 300_000 + "One? {T}"),
    ("gift", "[markdown]" + "[" * 100_000 + "One? {T}"),
    ("moodle", as_xml(as_html("x"), '<answer fraction="0"/>' * 20_000)),
    ("moodle", as_xml(as_html("x" * 3_000_000))),
    ("csv", 'type,stem\nshort,"' + "\t" * 60_000 + '="\n'),
    ("csv", 'type,stem,extra\nshort,x,"{""a"":' + "[" * 5_000 + "]" * 5_000 + '}"\n'),
    ("csv", "type,stem,answer\nnumeric,x,1e999999999\n"),
    ("csv", 'type,stem,extra\nordering,x,"{""partial_feedback"": [1, [2]]}"\n'),
    ("aiken", "One?\n" * 200_000),
]

#: Large, and every part of them is hard.
EVERYTHING: list[Hostile] = [
    ("gift", much("a\n\n")),
    ("gift", much("a{\n\n")),
    ("gift", much("{\n")),
    ("gift", much("~", "Q {", "}")),
    ("gift", much("Q {=a" + "~%50%b" * 240 + "}\n\n")),
    ("gift", much("Q {" + "=*a" * 240 + "}\n\n")),
    ("gift", much("[plain]" + "_a" * 3_900 + "{T}\n\n")),
    ("gift", much("[html]" + "<b>a</b>" * 1_900 + "{T}\n\n")),
    ("gift", much("$CATEGORY:\n")),
    ("gift", much("// [id:aaaa\nQ {T}\n\n")),
    ("gift", "[markdown]](" + " " * 900_000 + "<" + " " * 900_000 + "{T}"),
    ("gift", "[html]<b " + " ".join(f"on{n}" for n in range(100_000)) + ">{T}"),
    ("gift", much("[html]" + "<!--" * 3_900 + "{T}\n\n")),
    ("gift", much("[html]" + "<a " * 3_900 + ">{T}\n\n")),
    ("gift", "[html]" + ('<a href="' + "x" * 490) * 3_900 + ">{T}"),
    ("gift", "[html]" + "&" * 1_900_000 + "{T}"),
    ("gift", "[html]" + "&\\#" * 900_000 + "{T}"),
    ("gift", much("[html]" + "<b>" * 20 + "<p>a" * 3_900 + "{T}\n\n")),
    ("aiken", much("a\nA. b\nc\n")),
    ("aiken", much("a\n" + "A. a*" + "b*" * 3_000 + "\nB. b\nANSWER: B\n")),
    ("csv", much("poem,x\n", "type,stem\n")),
    ("csv", much(",a", "type,stem")),
    ("csv", much("A-Q1,a,short,s\n", "key,part,type,stem\nA-Q1,,scenario,s\n")),
    ("moodle", "<quiz>" + '<question type="description"/>' * 99_000 + "</quiz>"),
    ("moodle", as_xml("<questiontext>" + "<file/>" * 90_000 + "</questiontext>")),
    ("moodle", "<quiz>" + as_xml("<answer/>" * 245)[6:-7] * 400 + "</quiz>"),
    (
        "moodle",
        as_xml(
            as_html("x"),
            '<courseware>{"extra":{"a":[' + "[]," * 3_000_000 + "[]]}}</courseware>"
            '<answer fraction="100"><text>true</text></answer>'
            '<answer fraction="0"><text>false</text></answer>',
        ),
    ),
]
