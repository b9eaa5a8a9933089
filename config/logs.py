"""Where log lines go, and how they look."""

from typing import Any

# At DEBUG these write down all that passes through them, task tokens and passwords too.
_TALKATIVE = ("boto3", "botocore", "urllib3", "django.db.backends", "kombu", "amqp")


def to_console(level: str) -> dict[str, Any]:
    """A line for each event, with the correlation id of the request or delivery."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"correlation": {"()": "core.correlation.CorrelationFilter"}},
        "formatters": {
            "line": {
                "format": "%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s"
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["correlation"],
            }
        },
        "loggers": {name: {"level": _at_least_info(level)} for name in _TALKATIVE},
        "root": {"handlers": ["console"], "level": level},
    }


def _at_least_info(level: str) -> str:
    return "INFO" if level.upper() in ("DEBUG", "NOTSET") else level
