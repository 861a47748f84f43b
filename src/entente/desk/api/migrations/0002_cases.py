"""Cases that programs leave to a worker, forgotten each day when their time is over."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import entente.desk.api.models

_TASK = "entente.desk.api.work.forget_expired"


def plan(apps: Any, editor: Any) -> None:
    """Put the daily task on the queue's calendar."""
    schedule = apps.get_model("django_q", "Schedule")
    schedule.objects.get_or_create(
        func=_TASK, defaults={"name": "forgetting cases", "schedule_type": "D"}
    )


def drop(apps: Any, editor: Any) -> None:
    """Take it off again."""
    apps.get_model("django_q", "Schedule").objects.filter(func=_TASK).delete()


class Migration(migrations.Migration):
    """After the tables of tokens and of the queue."""

    dependencies = [
        ("api", "0001_programs"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("duty", "what do entries cost"),
                            ("responsible", "which state answers for claims"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "waiting"), ("done", "done"), ("failed", "failed")],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("says", models.TextField(blank=True)),
                ("problems", models.JSONField(default=list)),
                ("asked", models.DateTimeField(auto_now_add=True)),
                ("ended", models.DateTimeField(blank=True, null=True)),
                ("expires", models.DateField(default=entente.desk.api.models._case_expiry)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-asked", "-pk"),
            },
        ),
        migrations.RunPython(plan, drop),
    ]
