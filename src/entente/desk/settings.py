"""The desk's settings, read from the environment; a demonstration on one machine needs none.

ENTENTE_DESK_SECRET    secret key; without it the desk runs as a demonstration on this machine only
ENTENTE_DESK_HOSTS     names under which the desk is served, with commas between
ENTENTE_DESK_HOME      folder of the database, of runs and of uploads; default ./entente-desk
ENTENTE_DESK_PROXIES   how many trusted proxies stand before the desk; default 0
DATABASE_URL           a PostgreSQL database; default SQLite in the home folder
EMAIL_URL              smtp://user:password@host:port; default the console
ENTENTE_DESK_LOG       json (default) or text
ENTENTE_DESK_LONGEST   seconds that a run may take before it is given to another worker; 1800
ENTENTE_DESK_METRICS   token for /metrics; without it only this machine may ask
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

HERE = Path(__file__).parent
HOME = Path(os.environ.get("ENTENTE_DESK_HOME", "entente-desk")).absolute()

DEMO = "ENTENTE_DESK_SECRET" not in os.environ
SECRET_KEY = os.environ.get(
    "ENTENTE_DESK_SECRET", "a demonstration on this machine keeps no secret"
)
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("ENTENTE_DESK_HOSTS", "").split(",") if h]
ALLOWED_HOSTS += ["localhost", "127.0.0.1"] if DEMO else []
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not DEMO]

ROOT_URLCONF = "entente.desk.urls"
WSGI_APPLICATION = "entente.desk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_q",
    "csp",
    "entente.desk.people.apps.People",
    "entente.desk.members.apps.Members",
    "entente.desk.briefs.apps.Briefs",
    "entente.desk.talk.apps.Talk",
    "entente.desk.studio.apps.Studio",
    "entente.desk.ledgers.apps.Ledgers",
    "entente.desk.api.apps.Api",
    "entente.desk.running.apps.Running",
]
MIDDLEWARE = [
    "entente.desk.running.measures.timed",
    "entente.desk.running.keeping.unkept",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "entente.desk.people.language.answered",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "entente.desk.members.context.subscription",
            ]
        },
    }
]

_DATABASE = os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'desk.sqlite3'}"
# A connection is kept between requests; one that died is noticed and opened anew.
DATABASES = {"default": dj_database_url.parse(_DATABASE, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
# Rate limits are counted in the cache, so every process must see the same one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_cache",
    },
    # Pages already drawn, for a minute, in each process of its own: see briefs/quick.py.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]
# Reset by a code sent by e-mail, which lives ten minutes (ASVS 5.0, 6.5.5). The code lies in the
# session, so sessions stay in the database and never in a cookie.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "briefs:home"
ACCOUNT_ADAPTER = "entente.desk.people.language.Letters"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "entente.desk.people.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
# Beside allauth's own limits: codes of institutions, comments and flags.
ACCOUNT_RATE_LIMITS = {"redeem": "10/m/user", "comment": "6/m/user", "flag": "20/m/user"}
# A second factor for who wants one. A password reset signs nobody in, so it cannot be skipped.
MFA_ADAPTER = "entente.desk.people.second.SecondFactor"
MFA_FORMS = {"add_webauthn": "entente.desk.people.keys.KeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "entente"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ENTENTE_DESK_PROXIES", "0"))

_MAIL = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL.hostname else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "", _MAIL.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_TLS = _MAIL.scheme == "smtp+tls"
DEFAULT_FROM_EMAIL = os.environ.get("ENTENTE_DESK_FROM", "desk@localhost")

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [HERE / "static", HERE.parent / "report" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "kept"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [HERE / "locale"]

# Tasks may be delivered twice; each replaces what it wrote. A retry waits longer than any run may.
_LONGEST = int(os.environ.get("ENTENTE_DESK_LONGEST", "1800"))
Q_CLUSTER = {
    "name": "entente",
    "orm": "default",
    "workers": int(os.environ.get("ENTENTE_DESK_WORKERS", "1")),
    "timeout": _LONGEST,
    "retry": _LONGEST + max(2, _LONGEST // 9),
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEMO
SECURE_SSL_REDIRECT = not DEMO
if not DEMO:  # names that a browser takes from this very host and over HTTPS alone (ASVS 3.3.1)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from beside, without a proxy
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
SILENCED_SYSTEM_CHECKS: list[str] = []

# JSON lines for machines, or "text" for a terminal.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "entente.desk.running.lines.JsonLines"},
        "text": {"()": "entente.desk.running.lines.TextLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": os.environ.get("ENTENTE_DESK_LOG", "json"),
        }
    },
    "loggers": {
        name: {"handlers": ["console"], "level": level, "propagate": False}
        for name, level in (("entente.desk", "INFO"), ("django", "WARNING"), ("django-q", "INFO"))
    },
}

# What a person may ask of the laboratory (ASVS 5.0, 15.2.2).
DESK_DRAWS, DESK_MONTHS, DESK_RUNS_WAITING = 5_000, 36, 3
DESK_EDIT_MINUTES = 15
# Of programs: calls a minute and runs a day without a plan that gives more; life of a token.
DESK_CALLS, DESK_RUNS, DESK_TOKEN_DAYS = 60, 20, 365
# Signs of a table that are answered at once; more are left to a worker, and kept for some days.
DESK_AT_ONCE, DESK_CASES_WAITING, DESK_CASE_DAYS = 20_000, 3, 7
NINJA_PAGINATION_MAX_LIMIT, NINJA_PAGINATION_PER_PAGE = 500, 100
DESK_LEDGER_BYTES, DESK_LEDGER_DAYS, DESK_LEDGERS_WAITING = 200_000_000, 90, 3
DESK_PAYMENT_SECRET = os.environ.get("ENTENTE_DESK_PAYMENT_SECRET", "" if not DEMO else "demo")
DESK_METRICS_TOKEN = os.environ.get("ENTENTE_DESK_METRICS", "")
