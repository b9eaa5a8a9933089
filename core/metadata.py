from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request
from rest_framework.reverse import reverse


class Signpost(BaseMetadata):
    """The answer to OPTIONS: where everything about the address is said."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        return {"schema": reverse("schema", request=request)}
