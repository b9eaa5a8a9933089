from typing import Any

from celery import shared_task

from audit.search.indexing import index_segments as index


@shared_task(name="audit.index_segments")
def index_segments(**_: Any) -> None:
    """Take what was written into the index of the search. Without it searches take longer."""
    index()
