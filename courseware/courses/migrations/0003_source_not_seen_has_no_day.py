from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0002_edition_bundle'),
    ]

    operations = [
        migrations.AlterField(
            model_name='source',
            name='checked_on',
            field=models.DateField(blank=True, null=True),
        ),
    ]
