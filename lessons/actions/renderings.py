"""HTML of lesson texts, made once and kept."""

from datetime import datetime

from courseware.courses.models import Edition
from lessons import queries
from lessons.dialect import render
from lessons.dialect.records import Mode
from lessons.models import LessonText, Rendering


def fill_renderings(*, edition: Edition, now: datetime) -> int:
    """Make the HTML of every lesson text that has none for today's dialect. How many were made."""
    made = 0
    texts = LessonText.objects.filter(lesson__activity__edition=edition).select_related(
        "lesson__activity"
    )
    for text in texts:
        for mode in modes_of(text):
            key = queries.rendering_key(text.content_hash, mode, text.language)
            if not Rendering.objects.filter(pk=key).exists():
                store_rendering(text=text, mode=mode, now=now)
                made += 1
    return made


def modes_of(text: LessonText) -> tuple[Mode, ...]:
    return ("full", "light") if text.light_markdown else ("full",)


def store_rendering(*, text: LessonText, mode: Mode, now: datetime) -> Rendering:
    """Render one text and keep the HTML. Raises MarkupError if nothing can be shown."""
    source = text.light_markdown if mode == "light" and text.light_markdown else text.markdown
    lesson = render(source, queries.resolver(text, mode))
    rendering, _created = Rendering.objects.update_or_create(
        pk=queries.rendering_key(text.content_hash, mode, text.language),
        defaults={
            "html": lesson.html,
            "outline": [[item.level, item.id, item.text] for item in lesson.outline],
            "made_at": now,
        },
    )
    return rendering
