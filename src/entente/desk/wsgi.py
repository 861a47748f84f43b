"""The door through which a web server enters the desk."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entente.desk.settings")
application = get_wsgi_application()
