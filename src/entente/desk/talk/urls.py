"""Where comments are written and looked after."""

from django.urls import path

from entente.desk.talk import views

app_name = "talk"
urlpatterns = [
    path("briefs/<slug:slug>/say/", views.say, name="say"),
    path("comments/<int:pk>/edit/", views.edit, name="edit"),
    path("comments/<int:pk>/flag/", views.flag, name="flag"),
    path("letters/<str:token>/", views.decline, name="decline"),
    path("moderation/", views.queue, name="queue"),
    path("moderation/<int:pk>/<str:verdict>/", views.judge, name="judge"),
]
