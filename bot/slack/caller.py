"""One call of Slack's Web API: throttled, translated, and never repeated by itself."""

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.text.storable import storable_json
from bot.metrics import Metrics
from bot.slack.failures import AUTH_CODES, DEFAULT_WAIT, PermanentError, TransientError, translate
from bot.slack.throttle import Throttle

Answer = dict[str, Any]

PAGE = 200  # items; Slack advises no more


class Caller:
    """The Web API of one workspace; `monotonic` is the clock that Slack's rates are kept by.

    Attributes:
        auth_failure: Why Slack refuses our token, None while it is accepted.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        timeout: timedelta,
        metrics: Metrics | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token = token
        self._api_url = api_url
        self._timeout = timeout
        self._metrics = metrics or Metrics()
        self._throttle = Throttle(monotonic, self._metrics)
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self.auth_failure: str | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connection pool; made in the running loop at first use."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._timeout.total_seconds())
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self._session

    async def call(self, method: str, *, channel: str | None = None, **arguments: Any) -> Answer:
        """Call a method and return Slack's answer.

        Raises:
            SlackFailure: One of its three kinds; whether it may be repeated is for the caller
                to say, this never repeats anything.
        """
        if channel is not None:
            arguments["channel"] = channel
        await self._throttle.wait(method, channel)
        answer = await self._send(method, _present(arguments))
        self.auth_failure = None
        return answer

    async def pages(
        self, method: str, items: str, *, page: int = PAGE, **arguments: Any
    ) -> AsyncIterator[Any]:  # an object of Slack's, or an id
        """Yield the items of every page of a listing, so many a page at most."""
        cursor: str | None = None
        while True:
            answer = await self.call(method, limit=page, cursor=cursor, **arguments)
            for item in answer.get(items, []):
                yield item
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def upload(self, address: str, content: bytes) -> None:
        """Post a file's bytes to the address that Slack gave for them, which is a secret.

        Raises:
            TransientError: They may not have come; nobody sees anything of that.
            PermanentError: Slack does not take them.
        """
        try:
            async with self.session.post(address, data=content) as response:
                status = response.status
        except (TimeoutError, aiohttp.ClientError):
            # The original exception would name the address.
            raise TransientError(DEFAULT_WAIT, "Slack took too long to accept the file.") from None
        if status == 429 or status >= 500:  # HTTP's own words
            raise TransientError(DEFAULT_WAIT, "Slack is having trouble with files right now.")
        if status >= 400:
            raise PermanentError("upload_refused", "Slack rejected the file.")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _send(self, method: str, arguments: Answer) -> Answer:
        started = time.monotonic()
        # What carries blocks or a view takes a JSON body; everything else takes a form.
        is_nested = any(isinstance(value, dict | list) for value in arguments.values())
        body: Answer = {"json": arguments} if is_nested else {"data": _form(arguments)}
        try:
            response = await self._web().api_call(method, **body)
        except (TimeoutError, SlackClientError, aiohttp.ClientError, ValueError) as error:
            failure = translate(error)
            self._metrics.called(method, failure.outcome, time.monotonic() - started)
            if isinstance(failure, TransientError):
                self._throttle.pause(method, failure.after)
            if isinstance(failure, PermanentError) and failure.code in AUTH_CODES:
                self.auth_failure = failure.reason
            raise failure from None
        self._metrics.called(method, "ok", time.monotonic() - started)
        return {**storable_json(response.data), "headers": response.headers}

    def _web(self) -> AsyncWebClient:
        if self._client is None:
            # The SDK's own retries would post twice after a lost answer.
            self._client = AsyncWebClient(
                token=self._token,
                base_url=self._api_url,
                session=self.session,
                retry_handlers=[],
            )
        return self._client


def _present(arguments: dict[str, object]) -> Answer:
    return {name: value for name, value in arguments.items() if value is not None}


def _form(arguments: Answer) -> dict[str, str]:
    return {name: _form_value(value) for name, value in arguments.items()}


def _form_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value)
