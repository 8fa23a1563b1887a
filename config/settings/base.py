"""Every setting, read from the environment; `dev`, `test` and `prod` only tighten or loosen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.settings import logs, reading

if TYPE_CHECKING:
    from pathlib import Path

env = reading.read_environment()

BASE_DIR = reading.ROOT
VAR_DIR = env.path("VAR_DIR", default=reading.VAR)

# --- The place -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
PORT = env.int("PORT", default=8000)
# Every absolute address is built on this one. Unset, pages follow the host they were asked at, so
# that a phone on the same network can pay; mails, which nobody asked for, use the loopback one.
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/") or f"http://127.0.0.1:{PORT}"
PUBLIC_URL_FOLLOWS_REQUEST = not env.str("PUBLIC_URL", default="")
# Tells installations apart that share one Stripe account: it goes into the metadata of all we make.
INSTANCE_ID = env.str("INSTANCE_ID", default="local")

INSTALLED_APPS = [
    "orders",
    "payments",
    "deposits",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.front.web.sessions.sliding_session",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ----------------------------------------------------------------------------------------
DATABASES = {
    "default": reading.with_options(
        env.dj_db_url(
            "DATABASE_URL",
            default=f"sqlite:///{VAR_DIR / 'afterward.sqlite3'}",
            conn_max_age=60,
        ),
        statement_timeout=env.str("DATABASE_STATEMENT_TIMEOUT", default="5s"),
        prepare=env.bool("DATABASE_PREPARE", default=True),
    ),
}
# Without Redis each process has a cache of its own and queued work goes nowhere: enough for
# `manage.py`, since the sweeps of the next running worker find what is to do in the database.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": reading.cache_at(REDIS_URL)
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "orders.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "config.front.web.adapter.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
# One kind of session for everybody: it ends with a long shift, not with the browser.
ACCOUNT_SESSION_REMEMBER = True
# Staff are added by a manager, who knows them; there is nothing to verify.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# How many proxies of ours stand in front: sign-in attempts are counted by the client's address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

SESSION_COOKIE_AGE = 12 * 60 * 60  # A counter's long shift; `sliding_session` renews it in use.
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# --- Language, time, files -----------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT: Path | None = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_storage.JoinedStaticFilesStorage"},
}

# --- What a browser may do -----------------------------------------------------------------------
# Larger bodies are no form of ours; the webhook door reads its own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
X_FRAME_OPTIONS = "DENY"
# `no-referrer` would make browsers send `Origin: null` with a form, which the CSRF check refuses.
# `same-origin` tells other sites, Stripe included, just as little: nothing.
SECURE_REFERRER_POLICY = "same-origin"

STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="").rstrip("/")
STRIPE_SANDBOX_PUBLIC_URL = env.str("STRIPE_SANDBOX_PUBLIC_URL", default="").rstrip("/")
# A POST answered by a redirect to Stripe's page is stopped by Chromium unless the page is named.
STRIPE_PAGES = ["https://checkout.stripe.com"]
if STRIPE_SANDBOX_PUBLIC_URL:
    STRIPE_PAGES.append(reading.origin_of(STRIPE_SANDBOX_PUBLIC_URL))
elif STRIPE_API_BASE:
    STRIPE_PAGES.append(f"http://*:{urlsplit(STRIPE_API_BASE).port}")

CONTENT_SECURITY_POLICY: dict[str, dict[str, list[object]]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *STRIPE_PAGES],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

# --- Money ---------------------------------------------------------------------------------------
PAYMENT_GATEWAY = "payments.gateway.stripe_gateway.StripeGateway"
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
# While a secret is changed, Stripe signs with either; both are good until this is unset again.
STRIPE_WEBHOOK_SECRET_PREVIOUS = env.str("STRIPE_WEBHOOK_SECRET_PREVIOUS", default="")
# The endpoint that hears of all connected accounts has a secret of its own.
STRIPE_CONNECT_WEBHOOK_SECRET = env.str("STRIPE_CONNECT_WEBHOOK_SECRET", default="")
if STRIPE_API_BASE and STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
    message = (
        "STRIPE_SECRET_KEY is a live key and STRIPE_API_BASE names a sandbox: a live key must "
        "never leave for another address than Stripe's. Unset one of the two."
    )
    raise ImproperlyConfigured(message)

# --- Mail ----------------------------------------------------------------------------------------
# Unset, every mail is accepted and goes nowhere: development shows it on the outbox page instead.
MAIL_PROVIDER, ANYMAIL = reading.mail_provider(env)
MAIL_IS_REAL = bool(env.str("EMAIL_URL", default="") or MAIL_PROVIDER)
EMAIL = env.dj_email_url("EMAIL_URL", default="dummy:")
_BY_PROVIDER = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
EMAIL_BACKEND = _BY_PROVIDER if MAIL_PROVIDER else EMAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = EMAIL["EMAIL_HOST"] or "localhost", EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL["EMAIL_USE_TLS"], EMAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = EMAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10
MAILS_PER_MINUTE, MAILS_PER_MINUTE_OF_VENUE = reading.mail_limits(env)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Afterward <afterward@localhost>")
SHOW_OUTBOX = env.bool("SHOW_OUTBOX", default=False)

# --- Background work (the sweeps stand in config/celery.py) --------------------------------------
CELERY_BROKER_URL = reading.broker_address(REDIS_URL) if REDIS_URL else "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # An unacknowledged task comes back after this long. The sweep that restores it runs, by
    # default, only every hundredth tick; interval and throttle make it every tenth second.
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A request must never wait for a dead broker: half a second, then the next tick does it.
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A task whose process was killed is not queued again: the next tick of its sweep does the work,
# and a task that always kills its process cannot go round in circles.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_DEFAULT_QUEUE = "house"
CELERY_TASK_ROUTES = {
    "payments.*": {"queue": "money"},
    "deposits.*": {"queue": "money"},
    "orders.*": {"queue": "mail"},
}
CELERY_TIMEZONE = "UTC"

# --- API -----------------------------------------------------------------------------------------
# A runaway client is stopped; a busy till is not. Counted for each person a key belongs to.
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=60_000)
REST_FRAMEWORK = {
    # The key's class stands first: only then is a missing key answered with 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "orders.api.authentication.KeyAuthentication",
        "orders.api.authentication.MemberSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["orders.api.authentication.IsMember"],
    "DEFAULT_THROTTLE_CLASSES": ["config.kernel.api.throttling.CallsPerMinute"],
    "DEFAULT_PARSER_CLASSES": ["config.kernel.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.kernel.api.errors.handle_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Afterward",
    "DESCRIPTION": (
        "Tabs that are paid after: open one, add lines, close it, and the guest gets a link to pay."
        "\n\nAmounts are whole minor units of their currency, times are UTC, ids are opaque. "
        "`code` in an error is stable; `detail` is for people."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
}

LOGGING = logs.logging_to_stdout(env.str("LOG_LEVEL", default="INFO"))
