"""Where people read what can be asked and keep their tokens; programs ask under `v1/`."""

from django.urls import path

from entente.desk.api import views

app_name = "api"
urlpatterns = [
    path("", views.docs, name="docs"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/end/", views.end, name="end"),
]
