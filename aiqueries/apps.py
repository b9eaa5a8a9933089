from django.apps import AppConfig


class AiQueriesConfig(AppConfig):
    name = "aiqueries"
    verbose_name = "AI queries"

    def ready(self) -> None:
        from aiqueries import describers, erasing, subscribers  # noqa: F401
