"""What OpenAI's errors mean. Its own sentences are not passed on: they quote keys and prompts."""

from collections.abc import Mapping

import openai

from aiqueries.bridges.providers.openai.waiting import wait
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble

_NO_CREDIT = "The account at the AI provider has no credit left."
_TOO_LONG = "This is too long for the AI model."
_NO_MODEL = "The AI provider does not have this model."

# By the code or type of the error: https://platform.openai.com/docs/guides/error-codes
CODES: Mapping[str, tuple[Trouble, str]] = {
    # A limit that no pause lifts, though it comes as 429 as well.
    "insufficient_quota": (Trouble.AUTH, _NO_CREDIT),
    "billing_hard_limit_reached": (Trouble.AUTH, _NO_CREDIT),
    "billing_not_active": (Trouble.AUTH, _NO_CREDIT),
    "invalid_api_key": (Trouble.AUTH, ""),
    "model_not_found": (Trouble.BAD_REQUEST, _NO_MODEL),
    "context_length_exceeded": (Trouble.BAD_REQUEST, _TOO_LONG),
    "string_above_max_length": (Trouble.BAD_REQUEST, _TOO_LONG),
    "rate_limit_exceeded": (Trouble.RATE_LIMITED, ""),
    "server_error": (Trouble.TRANSIENT, ""),
    "content_filter": (Trouble.REFUSED, ""),
    "content_policy_violation": (Trouble.REFUSED, ""),
    "invalid_prompt": (Trouble.REFUSED, ""),
    "bio_policy": (Trouble.REFUSED, ""),
    "misalignment_policy_violation": (Trouble.REFUSED, ""),
}
_STATUSES: Mapping[int, tuple[Trouble, str]] = {
    401: (Trouble.AUTH, ""),
    402: (Trouble.AUTH, _NO_CREDIT),
    403: (Trouble.AUTH, ""),
    404: (Trouble.BAD_REQUEST, _NO_MODEL),
    408: (Trouble.TRANSIENT, ""),
    409: (Trouble.TRANSIENT, ""),
    413: (Trouble.BAD_REQUEST, _TOO_LONG),
    429: (Trouble.RATE_LIMITED, ""),
}


def of_error(error: openai.OpenAIError) -> ProviderError:
    """What the SDK raised, in our words."""
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APITimeoutError):
        return ProviderError(Trouble.TIMED_OUT)
    if isinstance(error, openai.APIConnectionError):
        return ProviderError(Trouble.UNREACHABLE)
    if isinstance(error, openai.APIResponseValidationError):
        return ProviderError(Trouble.MALFORMED)
    if isinstance(error, openai.APIError):
        return of_code(error.code, error.type)
    return ProviderError(Trouble.BAD_REQUEST)


def of_code(
    *codes: object, input_tokens: int | None = None, output_tokens: int | None = None
) -> ProviderError:
    """What an answer that failed on the way says; what it does not name may pass."""
    kind, sentence = _known(codes) or (Trouble.TRANSIENT, "")
    return ProviderError(kind, sentence, input_tokens=input_tokens, output_tokens=output_tokens)


def _of_status(error: openai.APIStatusError) -> ProviderError:
    kind, sentence = _STATUSES.get(error.status_code, _by_class(error.status_code))
    if error.status_code < 500:
        kind, sentence = _known((error.code, error.type)) or (kind, sentence)
    return ProviderError(
        kind,
        sentence,
        wait=wait(error.response.headers) if kind.handling.retryable else None,
        request_id=(error.request_id or "")[:100],
    )


def _by_class(status: int) -> tuple[Trouble, str]:
    if status >= 500:
        return Trouble.TRANSIENT, ""
    if status >= 400:
        return Trouble.BAD_REQUEST, ""
    return Trouble.MALFORMED, ""  # a redirect: what was asked goes where we sent it, or nowhere


def _known(codes: tuple[object, ...]) -> tuple[Trouble, str] | None:
    return next((CODES[code] for code in codes if isinstance(code, str) and code in CODES), None)
