"""Pages of one's own account beside those of django-allauth."""

from django.urls import path

from entente.desk.people import views

app_name = "people"
urlpatterns = [
    path("", views.account, name="account"),
    path("letters/", views.letters, name="letters"),
    path("export/", views.export, name="export"),
    path("delete/", views.delete, name="delete"),
]
