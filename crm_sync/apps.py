from django.apps import AppConfig


class CrmSyncConfig(AppConfig):
    name = "crm_sync"

    def ready(self) -> None:
        from crm_sync import describers  # noqa: F401
