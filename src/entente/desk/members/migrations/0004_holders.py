"""Who looks after the seats of an institution's code, and which seats are taken."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def seats_of_codes(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Read from the cause of each subscription which code it came from."""
    codes = set(apps.get_model("members", "Code").objects.values_list("pk", flat=True))
    held = apps.get_model("members", "Subscription").objects.filter(cause__startswith="code ")
    for subscription in held.iterator():
        pk = int(subscription.cause.split()[1])
        if pk in codes:
            subscription.code_id = pk
            subscription.save(update_fields=["code"])


class Migration(migrations.Migration):
    """Both may be absent."""

    dependencies = [
        ("members", "0003_programs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="holder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="codes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who looks after its seats",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="code",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="taken",
                to="members.code",
            ),
        ),
        migrations.RunPython(seats_of_codes, migrations.RunPython.noop),
    ]
