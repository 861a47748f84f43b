"""Pages of subscriptions."""

from django.urls import path

from entente.desk.members import views

app_name = "members"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("free/<slug:slug>/", views.free, name="free"),
    path("code/", views.code, name="code"),
    path("notice/", views.notice, name="notice"),
]
