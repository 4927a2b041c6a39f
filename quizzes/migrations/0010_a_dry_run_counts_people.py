from django.db import migrations, models


def forget_counts_of_attempts(apps, _schema_editor):
    """Their pages offer to compute them again."""
    apps.get_model("quizzes", "DryRun").objects.exclude(finished_at=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0009_the_words_that_the_bank_searches'),
    ]

    operations = [
        migrations.AddField(
            model_name='dryrun',
            name='aside',
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(forget_counts_of_attempts, migrations.RunPython.noop),
    ]
