"""The door through which a web server enters the desk."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entente.desk.settings")
application = get_wsgi_application()
# Read all pages' code before the first visitor comes, and once for all processes of the server.
assert get_resolver().url_patterns
