"""An importer's own room."""

from django.urls import path

from entente.desk.ledgers import views

app_name = "ledgers"
urlpatterns = [
    path("", views.own, name="list"),
    path("<uuid:key>/", views.ledger, name="ledger"),
    path("<uuid:key>/price/", views.price, name="price"),
    path("<uuid:key>/priced.csv", views.priced, name="priced"),
    path("<uuid:key>/exposure.csv", views.exposed, name="exposed"),
    path("<uuid:key>/plan.html", views.planned, name="planned"),
    path("<uuid:key>/delete/", views.delete, name="delete"),
]
