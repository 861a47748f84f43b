"""Finding briefs by their words: SQLite's FTS5, or PostgreSQL's full text.

The index holds titles, headlines, answers and subjects; what only subscribers may read is found by
its summary alone.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Case, IntegerField, QuerySet, When

from entente.desk.briefs.models import Brief, Revision

_WORD = re.compile(r"[^\W\d_]{3,}")
# Words that tell no brief from another.
_COMMON = frozenset({"and", "draws", "for", "from", "likely", "month", "not", "the", "unlikely"})
_SHOWN = 20


def keep(brief: Brief, revision: Revision) -> None:
    """Bring the index of a brief up to date; PostgreSQL reads the tables themselves."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM briefs_words WHERE rowid = %s", [brief.pk])
        cursor.execute(
            "INSERT INTO briefs_words(rowid, title, said) VALUES (%s, %s, %s)",
            [brief.pk, brief.title, f"{revision.headline} {revision.answer}"],
        )


def search(words: str) -> QuerySet[Brief]:
    """Give the published briefs that hold all the words, best first."""
    terms = _WORD.findall(words)
    return _ranked(terms, "AND") if terms else Brief.objects.none()


def related(brief: Brief, revision: Revision, number: int = 4) -> list[Brief]:
    """Give other published briefs: first those that share most subjects, then most words."""
    shared = dict.fromkeys(_ranked(terms_of(revision), "OR").exclude(pk=brief.pk), 0)
    for subject in brief.subjects.prefetch_related("briefs"):
        for other in subject.briefs.all():
            if other.pk != brief.pk and other.state == Brief.State.PUBLISHED:
                shared[other] = shared.get(other, 0) + 1
    return sorted(shared, key=lambda b: -shared[b])[:number]


def terms_of(revision: Revision) -> list[str]:
    """Take the words that tell a brief from others: those of its headline and title."""
    words = _WORD.findall(f"{revision.brief.title} {revision.headline}".lower())
    return [word for word in dict.fromkeys(words) if word not in _COMMON][:20]


def _ranked(terms: list[str], how: str) -> QuerySet[Brief]:
    published = Brief.objects.filter(state=Brief.State.PUBLISHED)
    if not terms:
        return published.none()
    if connection.vendor == "postgresql":
        return _by_postgresql(published, terms, how)
    with connection.cursor() as cursor:
        quoted = f" {how} ".join(f'"{term}"*' for term in terms)
        cursor.execute(
            "SELECT rowid FROM briefs_words WHERE briefs_words MATCH %s ORDER BY rank LIMIT %s",
            [quoted, _SHOWN],
        )
        found = [row[0] for row in cursor.fetchall()]
    order = Case(
        *(When(pk=pk, then=place) for place, pk in enumerate(found)), output_field=IntegerField()
    )
    return published.filter(pk__in=found).order_by(order)


def _by_postgresql(published: QuerySet[Brief], terms: list[str], how: str) -> QuerySet[Brief]:
    vector: Any = SearchVector("title", weight="A") + SearchVector(
        "revisions__headline", "revisions__answer", weight="B"
    )
    joined = (" & " if how == "AND" else " | ").join(f"{term}:*" for term in terms)
    query = SearchQuery(joined, search_type="raw")
    ranked = published.annotate(found=vector, rank=SearchRank(vector, query)).filter(found=query)
    best = dict.fromkeys(ranked.order_by("-rank").values_list("pk", flat=True)[: 4 * _SHOWN])
    order = Case(
        *(When(pk=pk, then=place) for place, pk in enumerate(best)), output_field=IntegerField()
    )
    return published.filter(pk__in=list(best)).order_by(order)
