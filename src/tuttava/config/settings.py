"""Django settings. Values an operator may change come from :mod:`tuttava.config.runtime`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tuttava.config import runtime

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = runtime.data_dir()
SECRET_KEY = runtime.secret_key()
DEBUG = runtime.flag("debug")
ALLOWED_HOSTS = [host.strip() for host in runtime.text("allowed_hosts").split(",") if host.strip()]

SHARED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "tuttava.foundation.directory",
]
COMPANY_APPS = [
    "tuttava.foundation",
    "tuttava.ui",
    "tuttava.partners",
    "tuttava.contacts",
    "tuttava.relations",
    "tuttava.trade",
    "tuttava.duplicates",
    "tuttava.merging",
    "tuttava.interactions",
    "tuttava.documents",
    "tuttava.segments",
    "tuttava.mailbox",
    "tuttava.transfer",
    "tuttava.reports",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *COMPANY_APPS,
    "tuttava.api",
    "tuttava.web",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "heroicons",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tuttava.web.middleware.CompanyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tuttava.web.refusals.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tuttava.config.urls"
WSGI_APPLICATION = "tuttava.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],  # before allauth's own pages
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "tuttava.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tuttava.web.frame.frame",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "tuttava.foundation.engine",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        **runtime.parse_database_url(runtime.text("database_url") or "postgresql:///tuttava"),
        "TEST": {"TEMPLATE": "template0"},
    }
}
DATABASE_ROUTERS = ["tuttava.foundation.schemas.SchemaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: the counters of the rate limits live there.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if runtime.flag("trust_proxy") else 0
ACCOUNT_FORMS = {"login": "tuttava.web.account_forms.SignInForm"}
ACCOUNT_ADAPTER = "tuttava.web.accounts.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tuttava"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not runtime.flag("secure")

EMAIL_BACKEND = "tuttava.foundation.mail.Backend"
DEFAULT_FROM_EMAIL = runtime.text("mail_from")

LANGUAGE_CODE = runtime.text("language")
LANGUAGES = [("en", _("English")), ("nb", _("Norwegian Bokmål")), ("nl", _("Dutch")), ("fi", _("Finnish"))]
TIME_ZONE = runtime.text("time_zone")
USE_TZ = True
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
TESTING = "pytest" in sys.modules
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
MEDIA_ROOT = DATA_DIR / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SECURE = runtime.flag("secure")
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if runtime.flag("trust_proxy") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": runtime.text("log_level").upper()},
    "loggers": {"procrastinate": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
