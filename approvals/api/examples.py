"""What the schema's readers see besides: the conditions, and what a first call looks like."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag: go on only if it is still what you read, or else answer 412.",
)
SUBMIT_A_QUESTION = OpenApiExample(
    "A new question for one assessor",
    value={
        "question": {
            "question_text": "Which planet is closest to the sun?",
            "options": ["Venus", "Mercury", "Mars"],
            "correct_answer": "Mercury",
            "subject": "Astronomy",
        },
        "assigned_to": "asha@example.com",
    },
    request_only=True,
)
SUBMIT_WITH_A_POLICY = OpenApiExample(
    "Two stages: two of a group, then one person",
    value={
        "question_id": "7f3c5e0a-3c1f-4c55-9d53-0f3d5a1c2b4e",
        "policy": {
            "stages": [
                {"group": "astronomy-board", "approve_n": 2, "return_n": 1, "due_hours": 48},
                {"assessors": ["ada@example.com"]},
            ]
        },
    },
    request_only=True,
)
APPROVE = OpenApiExample(
    "Approve what was read",
    value={
        "verdict": "APPROVED",
        "comments": "",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    request_only=True,
)
FIRST_VIEW = OpenApiExample(
    "An answer before the key is known",
    value={"answer": "Mercury", "remark": "Venus is close as well."},
    request_only=True,
)
RETURN = OpenApiExample(
    "Ask for changes",
    value={"verdict": "CHANGES_REQUESTED", "comments": "Options A and C are both right."},
    request_only=True,
)
REASSIGN = OpenApiExample("Pass it on", value={"assigned_to": "ada@example.com"}, request_only=True)
REVISE = OpenApiExample(
    "A clearer question",
    value={
        "question_text": "Which planet has the smallest mean distance to the sun?",
        "options": ["Venus", "Mercury", "Mars"],
        "correct_answer": "Mercury",
        "subject": "Astronomy",
    },
    request_only=True,
)
_FOUND = {
    "digest": "4bd1f4d4dd2d1f4b9a1f2f2b0d1f2dd3d7c7b8f35c6f62b1c1e5a5d29d3f7c11",
    "flaws": [
        {
            "rule": "all-of-the-above",
            "severity": "FLAW",
            "part": "options[2]",
            "start": 0,
            "end": 16,
            "quote": "All of the above",
            "says": "“All of the above” is right as soon as two options are, and wrong as soon as "
            "one is not: part of the knowledge is enough. Leave it out.",
            "source": "Haladyna, Downing & Rodriguez 2002, guideline 26",
        }
    ],
}
FOUND = OpenApiExample("One flaw", value=_FOUND, response_only=True)
FLAWS = OpenApiExample("One flaw", value={"version": 2, **_FOUND}, response_only=True)
CHECK = OpenApiExample(
    "A question that is not kept yet",
    value={
        "question_text": "Which of these rivers flow through Vienna?",
        "options": ["The Danube", "The Wien", "All of the above"],
        "correct_answer": "All of the above",
    },
    request_only=True,
)
