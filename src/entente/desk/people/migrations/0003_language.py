"""The language in which a person is written to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty until the person signs in or chooses one."""

    dependencies = [("people", "0002_letters")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, max_length=7, verbose_name="language of letters"),
        ),
    ]
