"""An ASGI application served over real HTTP inside a test."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, Literal

import uvicorn

from handlers.transport.http import KEEP_ALIVE


@contextlib.asynccontextmanager
async def served(
    app: Any,
    *,
    lifespan: Literal["on", "off"] = "on",
    http: Literal["auto"] | type[asyncio.Protocol] = "auto",
) -> AsyncIterator[str]:
    """Serve `app` on a free port of loopback and yield its address.

    The socket listens before the server runs, so that nobody has to wait for it.
    """
    listening = listen(0)
    config = uvicorn.Config(
        app,
        lifespan=lifespan,
        log_config=None,
        date_header=False,  # the sandbox says what time it is by its own clock
        timeout_graceful_shutdown=1,
        http=http,
        timeout_keep_alive=KEEP_ALIVE,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()


def listen(port: int) -> socket.socket:
    """Return a listening socket; one that says it is TCP, or asyncio leaves Nagle's delay on."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(512)
    return listening


def free_port() -> int:
    with listen(0) as listening:
        port: int = listening.getsockname()[1]
        return port
