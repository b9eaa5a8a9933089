from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import checks, consumers, triggers  # noqa: F401
        from audit.services import erasing, first_needed  # noqa: F401
        from outbox.events import reads_log

        reads_log("audit", first_needed)
        # After every `migrate`: tables and columns may have come and gone.
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="audit.triggers")
