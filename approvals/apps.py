from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self) -> None:
        from approvals import consumers, describers, readers, subscribers, titles  # noqa: F401
        from approvals.services import erasing  # noqa: F401
