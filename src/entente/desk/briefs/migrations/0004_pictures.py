"""Give each revision its map and its card, also those that were made before there were any."""

from typing import Any

from django.db import migrations, models

from entente.desk.briefs import picture


def draw(apps: Any, editor: Any) -> None:
    for revision in apps.get_model("briefs", "Revision").objects.select_related("brief"):
        revision.map = picture.map_of(revision.page)
        revision.picture = picture.card(revision.brief.title, revision.headline)
        revision.save(update_fields=["map", "picture"])


class Migration(migrations.Migration):
    dependencies = [("briefs", "0003_words")]

    operations = [
        migrations.AddField(
            "revision",
            "map",
            models.TextField(blank=True, default="", verbose_name="its map, for the home page"),
            preserve_default=False,
        ),
        migrations.AddField(
            "revision",
            "picture",
            models.BinaryField(default=bytes, verbose_name="its card, where others share it"),
        ),
        migrations.RunPython(draw, migrations.RunPython.noop, elidable=True),
    ]
