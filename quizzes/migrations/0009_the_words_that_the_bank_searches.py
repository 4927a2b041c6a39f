"""Every question gets the words by which the bank finds it, in every language."""

from typing import Any

from django.db import migrations, models

from quizzes.engine.searching import search_words

_AT_ONCE = 500


def fill(apps: Any, _schema_editor: Any) -> None:
    texts = apps.get_model("quizzes", "QuestionText")
    last = 0
    while batch := _after(texts, last):
        for text in batch:
            text.words = search_words(text.question.type, text.content)
        texts.objects.bulk_update(batch, ["words"])
        last = batch[-1].pk


def _after(texts: Any, last: int) -> list[Any]:
    rows = texts.objects.filter(pk__gt=last).select_related("question").order_by("pk")
    return list(rows[:_AT_ONCE])


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0008_a_dry_run_is_a_job")]

    operations = [
        migrations.AddField(
            model_name="questiontext",
            name="words",
            field=models.TextField(default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
