"""The language model behind any server that speaks OpenAI's chat completions."""

import asyncio

PATIENCE = 15.0  # seconds over the whole exchange; the SDK's own timeout is per read
QUESTION = "Answer with the one word: ok"


class Model:
    def __init__(self, *, key: str, base_url: str, name: str) -> None:
        self._key = key
        self._base_url = base_url
        self._name = name

    async def trouble(self) -> str | None:
        """Ask the model for one word; return why that failed, None when it answered."""
        import openai  # noqa: PLC0415  # half a second and 50 MB that only its users pay

        try:
            async with (
                asyncio.timeout(PATIENCE),
                openai.AsyncOpenAI(
                    api_key=self._key, base_url=self._base_url, max_retries=0
                ) as client,
            ):
                answer = await client.chat.completions.create(
                    model=self._name, messages=[{"role": "user", "content": QUESTION}]
                )
        except (TimeoutError, openai.APIError) as error:
            return self._words(error)
        if not getattr(answer, "choices", None):  # a page of HTML is accepted by the SDK
            return f"{self._base_url} answered something that is no chat completion."
        return None

    def _words(self, error: Exception) -> str:
        where = self._base_url
        match type(error).__name__:
            case "TimeoutError" | "APITimeoutError" | "APIConnectionError":
                return f"No answer from {where}."
            case "AuthenticationError" | "PermissionDeniedError":
                return f"{where} refuses the key."
            case "NotFoundError":
                return f"{where} knows no model named {self._name}."
            case other:
                return f"{where} answered with an error ({other})."
