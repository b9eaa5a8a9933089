from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from workflows import consumers, definitions, describers, erasing, subscribers  # noqa: F401

        # After a flush, too: the rows that this process knows of are gone then.
        post_migrate.connect(definitions.forget, sender=self, dispatch_uid="workflows.forget")
