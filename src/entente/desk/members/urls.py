"""Pages of subscriptions."""

from django.urls import path

from entente.desk.members import seats, views

app_name = "members"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("free/<slug:slug>/", views.free, name="free"),
    path("code/", views.code, name="code"),
    path("seats/", seats.seats, name="seats"),
    path("seats/<int:pk>/end/", seats.end, name="end"),
    path("seats/<int:pk>/renew/", seats.renew, name="renew"),
    path("notice/", views.notice, name="notice"),
]
