"""The newest briefs as an Atom feed."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from entente.desk.briefs.models import Brief


class Newest(Feed):
    """Titles and headlines of the newest briefs; the whole text stays on the desk."""

    feed_type = Atom1Feed
    title = _("entente: the newest briefs")
    link = reverse_lazy("briefs:home")
    subtitle = _("Conditional agreements between states, run forward")

    def items(self) -> QuerySet[Brief]:
        """Give the twenty newest."""
        published = Brief.objects.filter(state=Brief.State.PUBLISHED)
        return published.prefetch_related("revisions").select_related("author")[:20]

    def item_title(self, item: Brief) -> str:
        """Name a brief."""
        return item.title

    def item_description(self, item: Brief) -> str:
        """Say what it found."""
        newest = next(iter(item.revisions.all()), None)
        return newest.headline if newest else ""

    def item_pubdate(self, item: Brief) -> datetime | None:
        """Say when it was published."""
        return item.published
