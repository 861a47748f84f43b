"""The analyst's room."""

from django.urls import path

from entente.desk.studio import views

app_name = "studio"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("accords/", views.library, name="library"),
    path("new/", views.new, name="new"),
    path("negotiate/", views.negotiate, name="negotiate"),
    path("explain/", views.explain_text, name="explain"),
    path("check/", views.check_text, name="check"),
    path("timeline/", views.timeline_of_text, name="timeline"),
    path("compare/", views.compare, name="compare"),
    path("runs/<uuid:key>/", views.job, name="job"),
    path("runs/<uuid:key>/progress/", views.progress, name="progress"),
    path("runs/<uuid:key>/cancel/", views.cancel, name="cancel"),
    path("runs/<uuid:key>/page.html", views.page, name="page"),
    path("runs/<uuid:key>/publish/", views.publish, name="publish"),
]
