"""Every figure of an edition that exists becomes a picture of it, under the name its texts use."""

from typing import Any

from django.db import migrations


def name_pictures(apps: Any, _schema_editor: Any) -> None:
    editions = apps.get_model("courses", "Edition")
    texts = apps.get_model("lessons", "LessonText")
    pictures = apps.get_model("lessons", "Picture")
    known = set(apps.get_model("lessons", "Media").objects.values_list("pk", flat=True))
    for edition in editions.objects.all():
        named = {("", name): sha for name, sha in edition.bundle.get("figures", {}).items()}
        for language, own in edition.bundle.get("translations", {}).items():
            named |= {(language, name): sha for name, sha in own.get("figures", {}).items()}
        for text in texts.objects.filter(lesson__activity__edition=edition).order_by("pk"):
            for name, sha in text.figures.items():
                if named.setdefault(("", name), sha) != sha:
                    named[text.language, name] = sha
        pictures.objects.bulk_create(
            pictures(edition=edition, language=language, name=name, media_id=sha)
            for (language, name), sha in sorted(named.items())
            if sha in known
        )


class Migration(migrations.Migration):
    dependencies = [("lessons", "0003_pictures_of_editions_and_uploads")]

    operations = [migrations.RunPython(name_pictures, migrations.RunPython.noop)]
