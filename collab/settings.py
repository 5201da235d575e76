"""Django's settings, computed from collab.config: nothing else reads the environment."""

import sys
from operator import attrgetter
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.functional import SimpleLazyObject

from collab import redis_url
from collab.config import ROOT, config, kept_secret
from collab.keys import signing_key
from protocol.limits import LIMITS

config.data_dir.mkdir(parents=True, exist_ok=True)

DEBUG = config.debug
SECRET_KEY = config.secret_key or kept_secret(config.data_dir / "secret_key")
ALLOWED_HOSTS = list(config.allowed_hosts) or ["*"]
ALLOWED_ORIGINS = list(config.allowed_origins)
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS

INSTALLED_APPS = [
    "collab",  # first: its `runserver` is the one
    "collab.admin_app.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_vite",
    "ninja",
    "jobs",
    "accounts",
    "documents",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "documents.api.cors.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "documents.api.problems.ProblemMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.OriginMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.guests.GuestMiddleware",
    "documents.api.once.OnceMiddleware",
]

ROOT_URLCONF = "collab.urls"
ASGI_APPLICATION = "collab.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "collab.banner.on_pages",
            ]
        },
    }
]


# Database and channel layer


def _sqlite(database: dict[str, Any]) -> dict[str, Any]:
    synchronous = "FULL" if config.durability == "full" else "NORMAL"
    database["OPTIONS"] = {
        "timeout": 20,
        # A transaction that reads and then writes would otherwise fail when another wrote in between.
        "transaction_mode": "IMMEDIATE",
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};",
    }
    return database


def _postgresql(database: dict[str, Any]) -> dict[str, Any]:
    limits = {"lock_timeout": "5s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}
    if config.durability == "relaxed":
        limits["synchronous_commit"] = "off"
    database["CONN_HEALTH_CHECKS"] = True
    database["CONN_MAX_AGE"] = 0  # the pool keeps connections, not the thread
    database.setdefault("OPTIONS", {}).update(
        {
            "pool": {"min_size": 1, "max_size": config.database_pool, "timeout": 10},
            "application_name": "deltapad",
            "connect_timeout": 5,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        }
    )
    return database


def _database() -> dict[str, Any]:
    url = config.database_url or f"sqlite:///{config.data_dir / 'deltapad.sqlite3'}"
    database: dict[str, Any] = dict(dj_database_url.parse(url))
    if database["ENGINE"].endswith("sqlite3"):
        return _sqlite(database)
    return _postgresql(database)


DATABASES = {"default": _database()}

if config.redis_url:
    CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": redis_url.hosts(config.redis_url), "prefix": "deltapad"},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}}


# What processes share for a while: the counts of allauth's rate limits, and codes that are used up. In the database,
# for nobody could log in while Redis is away, and log-ins are few.

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # So large that nobody flushes the counts by making many of them.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}


# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = config.trusted_proxies
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_DISPLAY = attrgetter("display_name")
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = config.email_verification
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Per address of the visitor, and per e-mail address that they try.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "signup": "20/m/ip"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if config.production and config.https else "http"
ACCOUNT_SIGN_UP_OPEN = config.sign_up
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ALLOW_UNVERIFIED_EMAIL = config.email_verification == "none"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Deltapad"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not config.production
USERSESSIONS_TRACK_ACTIVITY = True

# What other people's applications may do here, and how often they may ask.
IDP_OIDC_ADAPTER = "accounts.applications.adapter.ProviderAdapter"
IDP_OIDC_PRIVATE_KEY = SimpleLazyObject(lambda: signing_key(config))
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 180 * 24 * 3600
IDP_OIDC_RATE_LIMITS = {"token": "120/m/ip", "device_code": "20/m/ip", "device_user_code": "10/m/ip"}

SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}
if config.openid_url:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": config.openid_name,
                "client_id": config.openid_client_id,
                "secret": config.openid_client_secret,
                "settings": {"server_url": config.openid_url},
            }
        ],
    }


# Mail


def _email() -> dict[str, Any]:
    url = urlsplit(config.email_url)
    return {
        "EMAIL_HOST": url.hostname or "localhost",
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp" and bool(url.username),
        "EMAIL_USE_SSL": url.scheme == "smtps",
    }


MAIL_TRANSPORT = f"django.core.mail.backends.{'smtp' if config.email_url else 'console'}.EmailBackend"
EMAIL_BACKEND = "jobs.mail.QueuedEmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = config.email_from
globals().update(_email())


# Background jobs

RUN_JOBS = config.run_jobs
WEBHOOK_HOSTS = config.webhook_hosts
QUOTA_BYTES = config.quota_bytes
DURABILITY = config.durability


# Pages and their files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = config.static_dir or config.data_dir / "static"
STATICFILES_DIRS = [ROOT / "frontend" / "dist"]
# Development serves files from where they are written; production from where `manage.py collectstatic` put them.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not config.production
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"  # Vite puts a hash into these names
# What is compressed already; and maps of other people's scripts, which took most of the time that collecting takes.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["br", "gif", "gz", "jpg", "map", "png", "webp", "woff", "woff2"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Without names of its own: the modules that Vite wrote import each other by Vite's names.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
MEDIA_ROOT = config.data_dir / "media"
DJANGO_VITE = {"default": {"manifest_path": ROOT / "frontend" / "dist" / ".vite" / "manifest.json"}}


# Security

_sign_in_elsewhere = [config.openid_url] if config.openid_url else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        # Only in attributes: pasted text brings its bold and colours that way, and a browser's parser obeys this too.
        "style-src-attr": [UNSAFE_INLINE],
        "form-action": [SELF, *_sign_in_elsewhere],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# A change over REST may be as large as one over the socket.
DATA_UPLOAD_MAX_MEMORY_SIZE = LIMITS.frame_in
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "deltapad_session"
CSRF_COOKIE_NAME = "deltapad_csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if config.trusted_proxies else None

if config.production and config.https:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Whether sister domains are HTTPS too is not ours to promise.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]


# Logging: one line each, no request lines (they are the proxy's to write), never a token or a body

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "collab.logs.LineFormatter"}, "json": {"()": "collab.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": config.log_format, "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": config.log_level},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # A wrong address or method is the caller's mistake, told to the caller.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        # It tells whole addresses, which may hold a secret of whoever is there.
        "httpx": {"level": "WARNING"},
        "uvicorn": {"level": "WARNING"},
        # A traceback a second while Redis is away; collab.layer says once that it is.
        "channels_redis": {"level": "CRITICAL"},
    },
}
