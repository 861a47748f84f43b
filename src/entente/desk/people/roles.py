"""The roles of the desk as groups; made with the tables, so that every desk has them."""

from typing import Any, Final

from django.contrib.auth.models import Group, Permission

ROLES: Final = {
    "analysts": ("studio.add_job",),
    "reviewers": ("briefs.review",),
    "moderators": ("talk.moderate",),
}


def make_roles(**_: Any) -> None:
    """Make the groups whose members may do more than read."""
    for name, allowed in ROLES.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        for permission in allowed:
            label, codename = permission.split(".")
            group.permissions.add(
                Permission.objects.get(content_type__app_label=label, codename=codename)
            )
