"""The bot as a process of its own, which can be killed and started again."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.sandbox.demo import ESCALATIONS

STARTING = 20.0  # seconds until a process that does not become ready has failed


@dataclass
class BotProcess:
    """`warroom run` against a sandbox; every start is a new process on the same database."""

    database_url: str
    slack_url: str
    port: int
    more: dict[str, str] = field(default_factory=dict)
    log: Path | None = None
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-secret",
            "SLACK_API_URL": f"{self.slack_url}/api/",
            "SLACK_TIMEOUT_SECONDS": "2",
            "DATABASE_URL": self.database_url,
            "WARROOM_ANNOUNCE_CHANNEL": ESCALATIONS,
            "PORT": str(self.port),
            **self.more,
        }
        with open(self.log or os.devnull, "a") as log:  # noqa: ASYNC230, PTH123  # before it runs
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=environment, stderr=log
            )
        async with asyncio.timeout(STARTING):
            await self._ready()

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def terminate(self) -> int:
        """Ask it to stop and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STARTING):
            return await self._process.wait()

    async def _ready(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                assert self._process is not None
                assert self._process.returncode is None, "the process ended while starting"
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
