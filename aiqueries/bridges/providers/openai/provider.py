"""
OpenAI by its SDK, or any server that speaks the Responses API at `base_url`.

Retries, timeouts and limits are ours. Nothing is stored there (`store=False`), no tools are given.
To stop is to close the connection: that is what cancels a streamed response. The API's cancel call
is for background responses, which it has to store.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openai

from aiqueries.bridges.providers.openai import keys, transport
from aiqueries.bridges.providers.openai.reading import read
from aiqueries.bridges.providers.openai.troubles import of_error
from aiqueries.bridges.providers.openai.watching import Call, watched
from aiqueries.bridges.providers.port import Ask, Reply
from aiqueries.kinds import Trouble
from aiqueries.routes import ProviderSettings

# An event for each token has much around it, and the last one repeats the whole answer.
BYTES_ANYWAY = 1024 * 1024
BYTES_A_TOKEN = 1024


class OpenAI:
    """Answers by streaming; threads share its connections."""

    def __init__(self, said: ProviderSettings) -> None:
        self._said = said
        self._client = openai.OpenAI(
            api_key="each call has its own",
            admin_api_key="",
            webhook_secret="",
            base_url=said.base_url,
            max_retries=0,
            http_client=transport.client(),
        )

    def answer(
        self, ask: Ask, *, on_text: Callable[[str], None], stop: Callable[[], bool]
    ) -> Reply:
        call = Call(
            until=time.monotonic() + ask.timeout,
            bytes_left=BYTES_ANYWAY + BYTES_A_TOKEN * ask.most_tokens,
            stop=stop,
        )
        with watched(call):
            try:
                with self._asked(ask) as response:
                    return read(response, ask, call, on_text)
            except openai.OpenAIError as error:
                trouble = of_error(error)
                if trouble.kind is Trouble.AUTH:
                    keys.forget(self._said)
                raise trouble from None

    def _asked(self, ask: Ask) -> AbstractContextManager[openai.APIResponse[Any]]:
        return self._client.responses.with_streaming_response.create(
            model=ask.model,
            instructions=ask.instructions,
            input=ask.content,
            max_output_tokens=ask.most_tokens,
            store=False,
            stream=True,
            extra_headers=self._headers(ask),
        )

    def _headers(self, ask: Ask) -> dict[str, Any]:
        key = keys.key(self._said)
        return {
            "Authorization": f"Bearer {key}" if key else openai.Omit(),
            "Accept-Encoding": "identity",
            "Idempotency-Key": ask.key,
            "X-Client-Request-Id": ask.key,
        }
