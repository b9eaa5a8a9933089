"""What the schema's readers see besides: a first call, and the conditions."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag: go on only if it is still what you read, or else answer 412.",
)
ASK = OpenApiExample("A question", value={"prompt": "What is a distractor?"}, request_only=True)
ASK_ABOUT_A_CUSTOMER = OpenApiExample(
    "A question about a customer, to this model, for two cents at the most",
    value={
        "prompt": "Which exams could interest them? Name three.",
        "context": {"customer_id": "7f3c5e0a-3c1f-4c55-9d53-0f3d5a1c2b4e"},
        "model": "offline/parrot-1",
        "max_cost": "0.02",
    },
    request_only=True,
)
