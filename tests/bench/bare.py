"""What our acknowledgements are measured against: Bolt with nothing but an acknowledgement."""

import os
from datetime import UTC, datetime
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storage.database.database import Database
from storage.queue import inbox


def bare_app(database: Database | None) -> Starlette:
    """Return Bolt that acknowledges commands, and forms after one committed insert each."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U1", bot_token="x")

    bolt = AsyncApp(
        signing_secret="sandbox-secret", authorize=authorize, process_before_response=True
    )

    @bolt.command("/escalate")
    async def command(ack: Any) -> None:
        await ack("ok")

    @bolt.view("opening_form")
    async def submitted(ack: Any, body: dict[str, Any]) -> None:
        assert database is not None
        async with database.transaction() as tx:
            await inbox.is_new(tx, body["view"]["id"], at=datetime.now(UTC))
        await ack()

    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


if __name__ == "__main__":
    url = os.environ.get("DATABASE_URL")
    served = bare_app(Database(url) if url else None)
    uvicorn.run(served, port=int(os.environ["PORT"]), log_config=None)
