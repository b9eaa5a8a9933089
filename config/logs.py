"""Where log lines go, and how they look."""

import logging
import re
from typing import Any

# Our own lines name people by id. But errors of the database or of a mail server quote addresses,
# and logs are kept where nobody can erase a person.
_ADDRESS = re.compile(r"[^\s\"'<>()\[\]{}=:,;/?&]{1,64}(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

# At DEBUG these write down all that passes through them, task tokens and passwords too.
_TALKATIVE = ("boto3", "botocore", "urllib3", "django.db.backends", "kombu", "amqp")


class WithoutAddresses(logging.Formatter):
    """Leaves e-mail addresses out of the line, and out of the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        return _ADDRESS.sub("[address]", super().format(record))


def to_console(level: str) -> dict[str, Any]:
    """A line for each event, with the correlation id of the request or delivery."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"correlation": {"()": "core.correlation.CorrelationFilter"}},
        "formatters": {
            "line": {
                "()": WithoutAddresses,
                "fmt": "%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s",
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
