from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lessons", "0004_pictures_of_editions_that_exist")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="name",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
