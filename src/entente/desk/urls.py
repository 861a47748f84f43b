"""Where each page of the desk is found."""

from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path

from entente.desk.api.first import api as first
from entente.desk.people import language
from entente.desk.running import health, measures

urlpatterns = [
    path("", include("entente.desk.briefs.urls")),
    path("", include("entente.desk.talk.urls")),
    path("membership/", include("entente.desk.members.urls")),
    path("studio/", include("entente.desk.studio.urls")),
    path("ledgers/", include("entente.desk.ledgers.urls")),
    path("account/", include("entente.desk.people.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("api/v1/", first.urls),
    path("api/", include("entente.desk.api.urls")),
    path("language/", language.choose, name="set_language"),
    path("admin/", admin.site.urls),
    path("favicon.ico", lambda request: redirect(static("desk/icon.svg"))),
    path("healthz", health.lives, name="lives"),
    path("readyz", health.ready, name="ready"),
    path("metrics", measures.measures, name="measures"),
]
