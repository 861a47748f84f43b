"""Briefs in the administrator's room."""

from django.contrib import admin

from entente.desk.briefs.models import Act, Brief, Revision, Subject


@admin.register(Brief)
class BriefAdmin(admin.ModelAdmin):
    """Subjects, and who may read."""

    list_display = ("title", "state", "for_subscribers", "author", "published")
    list_filter = ("state", "for_subscribers", "subjects")
    search_fields = ("title",)
    readonly_fields = ("state", "author", "published")


@admin.register(Act)
class ActAdmin(admin.ModelAdmin):
    """The log; nobody writes in it by hand."""

    list_display = ("at", "who", "did", "brief")

    def has_add_permission(self, request: object) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Refuse."""
        return False


admin.site.register(Subject)
admin.site.register(
    Revision,
    list_display=("brief", "number", "made"),
    readonly_fields=("brief", "number", "headline", "answer", "page", "map", "accord", "record"),
)
