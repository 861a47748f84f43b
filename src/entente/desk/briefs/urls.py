"""Where readers find briefs."""

from django.urls import path

from entente.desk.briefs import feeds, views

app_name = "briefs"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("feed/", feeds.Newest(), name="feed"),
    path("briefs/<slug:slug>/", views.brief, name="brief"),
    path("briefs/<slug:slug>/step/<str:name>/", views.step, name="step"),
    path("briefs/<slug:slug>/<int:number>/", views.brief, name="revision"),
    path("briefs/<slug:slug>/<int:number>/page.html", views.page, name="page"),
    path("briefs/<slug:slug>/<int:number>/card.png", views.card, name="card"),
    path("briefs/<slug:slug>/<int:number>/embed/", views.embed, name="embed"),
    path("briefs/<slug:slug>/<int:number>/style.css", views.style, name="style"),
    path("briefs/<slug:slug>/<int:number>/accord.toml", views.accord, name="accord"),
]
