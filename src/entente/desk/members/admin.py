"""Plans, subscriptions, codes and payments in the administrator's room."""

from django.contrib import admin

from entente.desk.members.models import Code, Payment, Plan, Subscription

admin.site.register(Plan, list_display=("name", "cents", "months", "is_offered"))
admin.site.register(Subscription, list_display=("user", "plan", "starts", "ends", "cause"))
admin.site.register(
    Code,
    list_display=("institution", "holder", "code", "ends", "seats", "used"),
    raw_id_fields=("holder",),  # the other way writes styles into the page
    readonly_fields=("used",),
)
admin.site.register(Payment, list_display=("name", "user", "plan", "cents", "received"))
