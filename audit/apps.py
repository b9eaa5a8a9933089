from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import consumers  # noqa: F401
        from audit.services import first_needed
        from outbox.events import reads_log

        reads_log("audit", first_needed)
