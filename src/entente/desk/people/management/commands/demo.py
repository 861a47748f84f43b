"""Fill an empty desk for a demonstration: an account for each role, plans and a published brief."""

from datetime import timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from entente.accord.text import read
from entente.desk.briefs import publishing
from entente.desk.briefs.models import Brief, Subject
from entente.desk.members.models import Code, Plan
from entente.desk.members.subscribe import redeem, take_free
from entente.desk.people.models import User
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment
from entente.files import write_whole
from entente.lab.settings import Settings
from entente.outcome.run import Run
from entente.outcome.simulate import simulate
from entente.report.pages import brief

PASSWORD: Final = "demonstration only"  # noqa: S105
_PEOPLE: Final = {
    "reader": (),
    "subscriber": (),
    "importer": (),
    "librarian": (),
    "analyst": ("analysts",),
    "reviewer": ("analysts", "reviewers"),
    "moderator": ("moderators",),
}
_ACCORDS: Final = ("us-mexico-2019", "us-mexico-2019-asylum")


class Command(BaseCommand):
    """Do it once; a desk that has accounts is left as it is."""

    help = "Fill an empty desk with accounts, plans and a published brief, for a demonstration."

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Fill the desk and say how to sign in; a desk for the open is never filled."""
        if not settings.DEMO:
            raise CommandError(
                "a desk with ENTENTE_DESK_SECRET gets no accounts of a known password"
            )
        if User.objects.exists():
            return
        with transaction.atomic():
            people = {name: self._person(name, groups) for name, groups in _PEOPLE.items()}
            self._administrator()
            free = Plan.objects.create(
                slug="reader", name="Reader", says="Comment under every brief."
            )
            Plan.objects.create(
                slug="desk", name="Desk", says="Briefs for subscribers, too.", cents=1200, months=1
            )
            take_free(people["subscriber"], free)
            self._institution(people)
            for accord in _ACCORDS:
                self._brief(accord, people)
        self.stdout.write(f"accounts: {', '.join(f'{n}@example.org' for n in [*people, 'admin'])}")
        self.stdout.write(f"password of each: {PASSWORD}")

    def _person(self, name: str, groups: tuple[str, ...]) -> User:
        user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.capitalize())
        user.groups.set(Group.objects.filter(name__in=groups))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def _institution(self, people: dict[str, User]) -> None:
        """Let an institution have seats, one of them taken."""
        plan = Plan.objects.create(
            slug="institution", name="Institution", says="A seat of your institution.",
            is_offered=False,
        )  # fmt: skip
        code = Code.objects.create(
            code="LIBRARY-2026", institution="A library", plan=plan, seats=20,
            ends=timezone.localdate() + timedelta(days=365), holder=people["librarian"],
        )  # fmt: skip
        redeem(people["reviewer"], code.code)

    def _administrator(self) -> None:
        user = User.objects.create_superuser("admin@example.org", PASSWORD, name="Administrator")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    def _job(self, run: Run, page: str, made: Brief) -> None:
        """Keep the run behind a brief, so that importers can price under it."""
        job = Job.objects.create(
            owner=made.author, brief=made, name=run.accord.name, accord=run.accord.text,
            settings={"draws": 200, "months": len(run.months), "seed": 1, "choose": []},
            draws=200, draws_done=200, state=Job.State.DONE,
            headline=publishing.plain(publishing.HEADLINE, page)[:400],
        )  # fmt: skip
        run.save(job.folder)
        write_whole(job.page, page)

    def _brief(self, name: str, people: dict[str, User]) -> Brief:
        accord = read(name)
        run = simulate(accord, Settings(draws=200))
        title = accord.title or name
        page = brief(run)
        made = publishing.draft(people["analyst"], title, page, accord.text, dict(run.record))
        self._job(run, page, made)
        for slug, said in (("migration", "Migration"), ("tariffs", "Tariffs")):
            made.subjects.add(Subject.objects.get_or_create(slug=slug, defaults={"name": said})[0])
        publishing.step(made, people["analyst"], "send")
        publishing.step(made, people["reviewer"], "publish")
        Comment.objects.create(
            brief=made, author=people["subscriber"],
            text="What would change if the standstill ended in **July**?",
        )  # fmt: skip
        return made
