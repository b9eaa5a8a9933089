"""Where log lines go, and how they look."""

from typing import Any


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
        "root": {"handlers": ["console"], "level": level},
    }
