"""A language model of a few lines, over HTTP, with its bad days."""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass
class FakeModel:
    """Attributes: `status` is what every call answers; `asked` is what it was sent."""

    status: int = 200
    body: Any = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(await request.json())
        if self.status != 200:
            return JSONResponse({"error": {"message": "no"}}, status_code=self.status)
        if self.body is not None:
            return Response(self.body, media_type="text/html")
        message = {"role": "assistant", "content": "ok"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        found = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        return JSONResponse(found | {"choices": [choice]})
