"""Pictures of statistics as plain coordinates, for templates that write SVG.

Everything a picture shows stands in a table beside it. Must not: word anything or know a colour;
kinds are class names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.engine.statistics.intervals import Interval

WIDTH = 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 14, 40
_LABEL_GAP = 18.0  # on phones letters are larger: see .chart in the style sheet


@dataclass(frozen=True)
class Tick:
    """A line of the grid: where it stands and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    kind: str = ""
    label: str = ""
    is_left: bool = False  # its label stands before it
    title: str = ""


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class Whisker:
    x: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """A curve with its points and a label at its end."""

    points: tuple[Point, ...]
    label: str
    label_y: float
    kind: str = ""

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


@dataclass(frozen=True)
class Frame:
    """The area of a picture, from data to the page. `height` is that of the whole picture."""

    height: int
    low: float
    high: float
    right_margin: int = _RIGHT

    width = WIDTH
    left = _LEFT
    top = _TOP

    @property
    def right(self) -> float:
        return WIDTH - self.right_margin

    @property
    def bottom(self) -> float:
        return self.height - _BOTTOM

    @property
    def inner(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def x(self, share: float) -> float:
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def levels(self, *values: float) -> tuple[Tick, ...]:
        return tuple(Tick(self.y(value), signed(value)) for value in values)


def signed(share: float) -> str:
    """In per cent with a true minus sign."""
    found = round(share * 100)
    return f"\u2212{-found}" if found < 0 else str(found)


@dataclass(frozen=True)
class ItemMap:
    frame: Frame
    points: tuple[Point, ...]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    zero: float

    @property
    def below(self) -> float:
        """The height of what lies under zero."""
        return round(self.frame.bottom - self.zero, 1)


@dataclass(frozen=True)
class MappedItem:
    """A question on the map, the most urgent first; `label` is empty where nothing is wrong."""

    facility: float
    discrimination: float
    kind: str
    label: str
    title: str


def item_map(items: Sequence[MappedItem]) -> ItemMap:
    """Facility to the right, discrimination upwards."""
    found = [item.discrimination for item in items]
    frame = Frame(340, min([-0.2, *(_down(f) for f in found)]), max([0.6, *map(_up, found)]))
    points = tuple(_placed(items, frame))
    steps = [step / 10 for step in range(-10, 11, 2)]
    return ItemMap(
        frame,
        points,
        tuple(Tick(frame.x(n / 100), str(n)) for n in (0, 25, 50, 75, 100)),
        frame.levels(*(step for step in steps if frame.low <= step <= frame.high)),
        frame.y(0),
    )


def _placed(items: Sequence[MappedItem], frame: Frame) -> list[Point]:
    """The points, the most urgent last and on top; a label stands where no other one does."""
    taken: list[tuple[float, float]] = []
    found = []
    for item in items:
        x, y = frame.x(item.facility), frame.y(item.discrimination)
        is_left = item.facility > 0.75
        middle = x - 36 if is_left else x + 36
        is_free = all(abs(middle - a) > 75 or abs(y - b) > 17 for a, b in taken)
        label = item.label if is_free else ""
        if label:
            taken.append((middle, y))
        found.append(Point(x, y, item.kind, label, is_left, item.title))
    return found[::-1]


def _down(value: float) -> float:
    return (value * 10 // 2) * 2 / 10


def _up(value: float) -> float:
    return -_down(-value)


@dataclass(frozen=True)
class Histogram:
    frame: Frame
    bars: tuple[Bar, ...]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    mark: float


def histogram(counts: Sequence[int], titles: Sequence[str], mark: float) -> Histogram:
    """Bars from zero; `mark` is the pass mark, a share."""
    most = max([1, *counts])
    frame = Frame(240, 0, most)
    width = (frame.right - frame.left) / len(counts)
    bars = tuple(
        Bar(
            round(frame.left + place * width + 1, 1),
            frame.y(count),
            round(width - 2, 1),
            round(frame.bottom - frame.y(count), 1),
            title,
            (place + 1) / len(counts) > mark + 1e-9,
        )
        for place, (count, title) in enumerate(zip(counts, titles, strict=True))
    )
    return Histogram(
        frame,
        bars,
        tuple(Tick(frame.x(n / 100), str(n)) for n in (0, 20, 40, 60, 80, 100)),
        (Tick(frame.y(most), str(most)), Tick(frame.y(0), "0")),
        frame.x(mark),
    )


@dataclass(frozen=True)
class Curves:
    frame: Frame
    lines: tuple[Line, ...]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]


@dataclass(frozen=True)
class OptionShares:
    label: str
    is_right: bool
    shares: tuple[float, float, float]


def option_curves(options: Sequence[OptionShares], thirds: Sequence[str]) -> Curves:
    """One line per option over the weak, middle and strong third."""
    frame = Frame(260, 0, 1, right_margin=70)
    places = (0.06, 0.5, 0.94)
    heights = _apart([frame.y(own.shares[-1]) for own in options], frame.bottom)
    lines = tuple(
        Line(
            tuple(
                Point(frame.x(place), frame.y(share))
                for place, share in zip(places, own.shares, strict=True)
            ),
            f"{own.label} {round(own.shares[-1] * 100)} %",
            height,
            "is-right" if own.is_right else f"is-{number % 4}",
        )
        for number, (own, height) in enumerate(zip(options, heights, strict=True))
    )
    return Curves(
        frame,
        lines,
        tuple(Tick(frame.x(place), name) for place, name in zip(places, thirds, strict=True)),
        frame.levels(0, 0.25, 0.5, 0.75, 1),
    )


def _apart(heights: Sequence[float], bottom: float) -> list[float]:
    """Labels one below another, none over another or below `bottom`, near to their lines."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    found = list(heights)
    least = 0.0
    for place in order:
        found[place] = max(found[place], least)
        least = found[place] + _LABEL_GAP
    most = bottom
    for place in reversed(order):
        found[place] = min(found[place], most)
        most = found[place] - _LABEL_GAP
    return found


@dataclass(frozen=True)
class MonthShown:
    label: str
    facility: float
    interval: Interval
    rest: float


@dataclass(frozen=True)
class MonthsDrawn:
    frame: Frame
    own: Line
    rest: Line
    whiskers: tuple[Whisker, ...]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]


def months_drawn(months: Sequence[MonthShown]) -> MonthsDrawn:
    """The question month by month, with its intervals, beside the rest of the same attempts."""
    frame = Frame(260, 0, 1)
    last = max(1, len(months) - 1)
    places = [
        0.05 + 0.9 * number / last if len(months) > 1 else 0.5 for number in range(len(months))
    ]
    every = max(1, -(-len(months) // 5))
    return MonthsDrawn(
        frame,
        Line(
            tuple(
                Point(frame.x(place), frame.y(month.facility))
                for place, month in zip(places, months, strict=True)
            ),
            "",
            0,
        ),
        Line(
            tuple(
                Point(frame.x(place), frame.y(month.rest))
                for place, month in zip(places, months, strict=True)
            ),
            "",
            0,
        ),
        tuple(
            Whisker(frame.x(place), frame.y(month.interval.low), frame.y(month.interval.high))
            for place, month in zip(places, months, strict=True)
        ),
        tuple(
            Tick(frame.x(place), month.label)
            for number, (place, month) in enumerate(zip(places, months, strict=True))
            if number % every == 0
        ),
        frame.levels(0, 0.25, 0.5, 0.75, 1),
    )
