"""Each day the queue forgets the ledgers whose time is over."""

from typing import Any

from django.db import migrations

_TASK = "entente.desk.ledgers.work.forget_expired"


def plan(apps: Any, editor: Any) -> None:
    """Put the daily task on the queue's calendar."""
    schedule = apps.get_model("django_q", "Schedule")
    schedule.objects.get_or_create(
        func=_TASK, defaults={"name": "forgetting", "schedule_type": "D"}
    )


def drop(apps: Any, editor: Any) -> None:
    """Take it off again."""
    apps.get_model("django_q", "Schedule").objects.filter(func=_TASK).delete()


class Migration(migrations.Migration):
    """After the tables of ledgers and of the queue."""

    dependencies = [
        ("ledgers", "0001_initial"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]
    operations = [migrations.RunPython(plan, drop)]
