"""One file, safe by default: what is not said stays closed."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from kombu import Queue

from config import ai, aws, broker, logs, postgres, timetable
from config.api import openapi
from config.env import env, kept_secret, setting
from config.web import unfold
from core.queues import CELERY_QUEUES

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# local: everything on this machine, demo people. aws: a deployment. aws-emulated: the same against
# an emulator here, for rehearsals. Any other name is a deployment that brings its own services.
PROFILE = env.str("PROFILE", default="local")
LOCAL = PROFILE == "local"
AWS = PROFILE in ("aws", "aws-emulated")
ON_THIS_MACHINE = PROFILE in ("local", "aws-emulated")
if AWS:
    aws.settle_region()
if AWS and ON_THIS_MACHINE:
    VAR_DIR /= PROFILE  # thrown away with the emulator that its executions were in

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = setting("SECRET_KEY") or (
    kept_secret(VAR_DIR / "secret-key") if ON_THIS_MACHINE else ""
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config",
    "audit",
    "notifications",
    "aiqueries",
    "approvals",
    "workflows",
    "crm_sync",
    "accounts",
    "outbox",
    "core",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "core.correlation.CorrelationMiddleware",
    "audit.recording.middleware.RecordingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.web.middleware.NulMiddleware",
    "config.web.policy.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.web.shell.shell",
            ],
            "builtins": ["config.templatetags.interface"],
        },
    },
]


def _database() -> dict[str, Any]:
    """DATABASE_SECRET on AWS, or DATABASE_URL, or the server that `manage.py up` starts here."""
    if AWS and DATABASE_SECRET:
        return aws.database(DATABASE_SECRET, env.str("PGSSLMODE", default="require"))
    data = VAR_DIR / "postgres"
    here = postgres.url(data, role=postgres.APPLICATION) if ON_THIS_MACHINE else "postgres:///"
    return dict(env.db_url_config(setting("DATABASE_URL") or here))


def _owner_of_tables() -> dict[str, Any]:
    """How `migrate` signs in; empty where DATABASE_URL's role owns the tables itself."""
    if AWS and DATABASE_OWNER_SECRET:
        return aws.database(DATABASE_OWNER_SECRET, env.str("PGSSLMODE", default="require"))
    said = setting("DATABASE_OWNER_URL")
    if not said and ON_THIS_MACHINE and not (setting("DATABASE_URL") or DATABASE_SECRET):
        said = postgres.url(VAR_DIR / "postgres", role=postgres.OWNER)
    return dict(env.db_url_config(said)) if said else {}


# Secrets in Secrets Manager, by name or ARN, of the shape RDS writes. Every process signs in by the
# first; only `migrate` by the second.
DATABASE_SECRET = env.str("DATABASE_SECRET", default="")
DATABASE_OWNER_SECRET = env.str("DATABASE_OWNER_SECRET", default="")
DATABASES = {"default": {**_database(), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DATABASE_OWNER = _owner_of_tables()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_STR_CALLABLE = "accounts.backends.somebody"
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "accounts.backends.typed_address"
AXES_ENABLE_ADMIN = False  # there an administrator could lift a lock without a word
AXES_CLIENT_IP_CALLABLE = "core.correlation.client_ip"
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not ON_THIS_MACHINE
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day
SECURE_SSL_REDIRECT = not ON_THIS_MACHINE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # load balancers ask without TLS
# Only where a proxy ends TLS, and sets this header itself whatever the caller sent.
TLS_ENDS_AT_PROXY = env.bool("TLS_ENDS_AT_PROXY", default=False)
# How many of ours a request comes through, each of which adds to X-Forwarded-For.
NUM_PROXIES = env.int("NUM_PROXIES", default=int(TLS_ENDS_AT_PROXY))
if TLS_ENDS_AT_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if ON_THIS_MACHINE else 31536000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = ON_THIS_MACHINE
# Attachments. On S3 under names made from their bytes, so that writing twice is writing once; the
# bucket is private and its addresses are signed. The browser loads pictures from FILES_ORIGIN.
FILES_BUCKET = env.str("FILES_BUCKET", default="")
FILES_ORIGIN = env.str("FILES_ORIGIN", default="")
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "core.s3.PrivateS3Storage", "OPTIONS": {"bucket_name": FILES_BUCKET}}
    if AWS
    else {"BACKEND": "core.storage.WholeFileStorage"},
    "staticfiles": {
        # In a deployment a file's name changes with its content, so browsers may keep it for good.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ON_THIS_MACHINE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
LARGEST_UPLOAD = 20 * 1024 * 1024  # bytes
FILE_UPLOAD_HANDLERS = [
    "core.uploads.CutOff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024  # bytes: a question file with its form
# What is uploaded goes to the database. It is kept in memory on the way, not in files.
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE

if FILES_ORIGIN:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] += [FILES_ORIGIN]

# The live events process has a port of its own here; behind a load balancer it is a path.
EVENTS_PORT = env.int("EVENTS_PORT", default=0)
EVENTS_HEARTBEAT = env.float("EVENTS_HEARTBEAT", default=15.0)  # seconds
if EVENTS_PORT:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] += [
        f"http://{host}:{EVENTS_PORT}" for host in ("127.0.0.1", "localhost")
    ]

EMAIL_BACKEND = {
    "local": "notifications.mailbox.MailboxBackend",
    "aws-emulated": "config.mail.EmulatedSesBackend",
    "aws": "config.mail.SesBackend",
}.get(PROFILE, "django.core.mail.backends.smtp.EmailBackend")
EMAIL_TIMEOUT = 10  # seconds
MAILBOX_DIR = VAR_DIR / "mailbox"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Imprimatur <imprimatur@example.com>")
# Whether changes of people's lists are published on AWS IoT as well, to `notifications-{userId}`.
NOTIFICATIONS_IOT = env.bool("NOTIFICATIONS_IOT", default=False)
# The address that mails lead back to.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

# Addresses that people type in (webhooks) must be on the open Internet, or in one of these nets.
OUTGOING_NETWORKS = env.list("OUTGOING_NETWORKS", default=[])
# Who is trusted to vouch for them, where that is not what this machine trusts (PEM).
OUTGOING_CA_FILE = env.str("OUTGOING_CA_FILE", default="")

# A query to a model that has no answer by then is given up.
AI_EXPIRES_AFTER = env.int("AI_EXPIRES_AFTER", default=900)  # seconds
# Whether a model drafts notes on questions that somebody judges.
AI_REVIEW_NOTES = env.bool("AI_REVIEW_NOTES", default=True)
# Who answers AI queries (docs/ai.md), and in which order they are asked.
AI_PROVIDERS = ai.providers()
AI_ROUTES = ai.routes(here=ON_THIS_MACHINE)
# How long the offline provider takes for an answer, as others would.
AI_OFFLINE_DELAY = env.float("AI_OFFLINE_DELAY", default=0.0)  # seconds

# Who runs the workflows: this product on PostgreSQL ("local"), or AWS ("stepfunctions").
WORKFLOW_ENGINE = env.str("WORKFLOW_ENGINE", default="stepfunctions" if AWS else "local")
STATE_MACHINE_ARN = env.str("STATE_MACHINE_ARN", default="")
# A queue's address is base, prefix and the name in deploy/queues.json.
QUEUE_URL_BASE = env.str("QUEUE_URL_BASE", default="")
QUEUE_PREFIX = env.str("QUEUE_PREFIX", default="imprimatur-")
# What stands for ${Name} in statemachine/*.asl.json: here the queues' names, on AWS their URLs.
WORKFLOW_QUEUES = {
    "AssignmentsQueueUrl": "approval-assignments",
    "StatusQueueUrl": "approval-status",
}
_QUEUES = f"{QUEUE_URL_BASE}{QUEUE_PREFIX}" if WORKFLOW_ENGINE == "stepfunctions" else ""
WORKFLOW_SUBSTITUTIONS = {name: f"{_QUEUES}{queue}" for name, queue in WORKFLOW_QUEUES.items()}

# What the audit trail is called in what is signed, for ever: HOST/audit will do. On this machine
# the key is made in a file; a deployment names one, or a key of KMS, which then is used.
AUDIT_ORIGIN = env.str(
    "AUDIT_ORIGIN", default="imprimatur.localhost/audit" if ON_THIS_MACHINE else ""
)
AUDIT_KEY_FILE = env.str(
    "AUDIT_KEY_FILE", default=str(VAR_DIR / "audit-key.pem") if ON_THIS_MACHINE else ""
)
AUDIT_KMS_KEY = env.str("AUDIT_KMS_KEY", default="")
# Where signed heads go as well: a file, and a bucket with Object Lock. By mail they go once a day.
HEADS_FILE = env.str(
    "HEADS_FILE", default=str(VAR_DIR / "heads" / "heads.jsonl") if ON_THIS_MACHINE else ""
)
HEADS_BUCKET = env.str("HEADS_BUCKET", default="")
HEADS_KEEP_DAYS = env.int("HEADS_KEEP_DAYS", default=3650)  # nobody can remove them before
# Older entries go to the archive in the storage of files; without it they stay for ever.
AUDIT_KEEP_DAYS = env.int("AUDIT_KEEP_DAYS", default=0)

CELERY_BROKER_URL = env.str(
    "CELERY_BROKER_URL", default="sqs://" if AWS else "filesystem://localhost"
)
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = broker.options(VAR_DIR / "broker")
elif AWS:
    CELERY_BROKER_TRANSPORT = "config.sqs:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = aws.broker_options(QUEUE_URL_BASE, QUEUE_PREFIX)
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# A message that waits in a worker waits in vain if that is killed, until it is handed over again.
CELERY_WORKER_PREFETCH_MULTIPLIER = 4 if CELERY_BROKER_URL.startswith("filesystem:") else 1
CELERY_TASK_ACKS_LATE = True
# What fails or hangs stays in its queue, comes again, and ends among the dead letters.
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = not AWS
# One queue for each app, for the tasks that its name begins. A worker reads all, or those of -Q.
CELERY_TASK_QUEUES = [Queue(queue.name, routing_key=queue.name) for queue in CELERY_QUEUES.values()]
CELERY_TASK_ROUTES = {f"{app}.*": {"queue": queue.name} for app, queue in CELERY_QUEUES.items()}
CELERY_TASK_DEFAULT_QUEUE = CELERY_QUEUES["core"].name
CELERY_TASK_CREATE_MISSING_QUEUES = False
# Celery would open a connection for each task, which costs more than most tasks do.
CELERY_DB_REUSE_MAX = 500
# Ends a worker that hangs; until then its deliveries' leases are renewed.
CELERY_TASK_TIME_LIMIT = max(queue.time_limit for queue in CELERY_QUEUES.values())  # seconds
# A broker that is away is waited for, for ever.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A child that is killed keeps its place for so long; whose work it had falls due again anyway.
CELERY_WORKER_LOST_WAIT = 1.0  # seconds
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = timetable.SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "core.pagination.KeysetPagination",
    "DEFAULT_METADATA_CLASS": "core.metadata.Signpost",
    "EXCEPTION_HANDLER": "config.api.problems.exception_handler",
}
UNFOLD = unfold.UNFOLD
SPECTACULAR_SETTINGS = openapi.SETTINGS

LOGGING = logs.to_console(env.str("LOG_LEVEL", default="WARNING"))
