"""The composition root: builds each part once, joins them, starts and stops them in order."""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta

import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot import policy_file
from bot.container import Container, Services, SlackClients
from bot.domain.escalation.chain import Keyring
from bot.domain.time.clock import Clock, SystemClock
from bot.metrics import Metrics
from bot.services.requests import Requests
from bot.settings import Settings
from bot.slack.caller import Caller
from bot.slack.failures import PermanentError, SlackFailure
from bot.wiring.listeners import listeners
from bot.wiring.performers import performers, sweeps
from bot.workers.delivery import COALESCING, Delivery
from bot.workers.housekeeping import Housekeeping
from bot.workers.scheduler import Scheduler
from handlers.hub.menu import HubListeners
from handlers.listening import RequestContext
from handlers.transport.http import HttpEndpoints
from handlers.transport.inbound import Inbound
from handlers.transport.socket import SocketConnection
from prompts import library
from storage.database import migrate
from storage.database.database import Database
from storage.escalation.ownership import NotSoleOwnerError, sole_owner
from storage.queue import outbox

log = structlog.get_logger(__name__)

HEARTBEAT = timedelta(seconds=15)  # a worker silent for longer is not ready
ASK_AGAIN = timedelta(seconds=5)


class StartError(Exception):
    """The bot cannot work like this; says why and what to do."""


class Warroom:
    """One process of the bot.

    Attributes:
        app: The ASGI application to serve; its lifespan starts and stops everything else.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        coalescing: timedelta = COALESCING,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self.policy = policy_file.load(
            settings.warroom_policy, announce=settings.warroom_announce_channel
        )
        self.prompts = library.load()  # one that cannot be used is found now, not in an incident
        self.database = Database(settings.database_url, Keyring.of(settings.audit_secrets))
        self.metrics = Metrics()
        token = settings.slack_bot_token.get_secret_value()
        timeout = settings.slack_timeout
        caller = Caller(token, settings.api_url, timeout, self.metrics, monotonic)
        self.slack = SlackClients.through(caller)
        self.services = Services.on(self.database, self._clock, self.policy, self.slack.directory)
        parts = Container(
            slack=self.slack,
            services=self.services,
            policy=self.policy,
            clock=self._clock,
            metrics=self.metrics,
        )
        owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self.delivery = Delivery(
            self.database, self._clock, performers(parts), owner=owner, coalescing=coalescing
        )
        housekeeping = Housekeeping(self.database, self._clock)
        self._scheduler = Scheduler(
            self.database, self._clock, self.delivery, housekeeping, sweeps(parts)
        )
        self.doorway = self._doorway()
        self.listeners = tuple(listeners(parts, self.doorway))
        self.bolt = self._bolt()
        secret = _secret(settings.slack_signing_secret)
        self.inbound = self._inbound()
        door = HttpEndpoints(self.inbound, secret, self, self._clock, monotonic)
        self._socket = _socket_door(self.inbound, settings, self.metrics)
        self._tasks: list[asyncio.Task[None]] = []
        self.app = Starlette(routes=door.routes(), lifespan=self._lifespan)
        self.app.router.redirect_slashes = False  # a redirect would repeat the Host it was sent

    async def problems(self) -> dict[str, str]:
        """Return what keeps us from working: the part, and why in plain words."""
        found = {}
        if trouble := await self.database.trouble():
            found["database"] = trouble
        if self.slack.gateway.auth_failure is not None:
            found["slack"] = self.slack.gateway.auth_failure
        elif not self.slack.gateway.is_known:
            found["slack"] = "Slack hasn't responded yet."
        if self._socket is not None and not self._socket.is_open:
            found["socket"] = "The Socket Mode connection isn't open."
        if self._tasks and self._tasks[0].done():
            found["worker"] = "It stopped. Restart Warroom."
        elif self._clock.now() - self.delivery.beat_at > HEARTBEAT:
            found["worker"] = "It hasn't checked the outbox for a while."
        return found

    async def figures(self) -> bytes:
        """Return the metrics; without a database, those that need none."""
        problems = await self.problems()
        self.metrics.readiness(problems)
        self.metrics.cached("people", self.services.people.remembered)
        if "database" not in problems:
            async with self.database.reading() as tx:
                left = await outbox.backlog(tx)
            overdue = self._clock.now() - (left.oldest_at or self._clock.now())
            self.metrics.stand(
                waiting=left.waiting,
                dead=left.dead,
                overdue_seconds=max(overdue.total_seconds(), 0.0),
            )
        return self.metrics.page()

    async def start(self) -> None:
        """Begin to work.

        Raises:
            StartError: Slack refuses one of our tokens.
        """
        self.database.listen(self.delivery.ring)
        await self._meet_slack()
        await self._anchor()
        await self.database.count_rows()
        await self.delivery.start()
        work = (self.delivery.run(), self._keep_asking())
        self._tasks = [asyncio.create_task(one) for one in work]
        self._scheduler.start()
        if self._socket is not None:
            await self._open(self._socket)

    async def _anchor(self) -> None:
        """Log where every timeline ends: whoever keeps logs elsewhere can prove a loss."""
        anchor = await self.services.audit.anchor()
        log.info(
            "audit_anchor",
            escalations=len(anchor.heads),
            entries=anchor.entries,
            root=anchor.root,
            key=anchor.mac_key,
            mac=anchor.mac,
        )

    async def stop(self) -> None:
        """Finish what is in hand, then leave; what is not finished others take over."""
        grace = self._settings.grace
        if self._socket is not None:
            await self._socket.close(grace.total_seconds())
        await self.doorway.afterwards.finish(grace.total_seconds())
        await self._scheduler.stop()
        await self.delivery.stop(grace)
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.slack.gateway.close()
        await self.database.close()

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        with self._owned():
            await self.start()
            log.info("started", policy_severities=len(self.policy.severities))
            try:
                yield
            finally:
                await self.stop()
                log.info("stopped")

    @contextlib.contextmanager
    def _owned(self) -> Iterator[None]:
        try:
            with sole_owner(self._settings.database_url):
                yield
        except NotSoleOwnerError as error:
            raise StartError(
                f"Another Warroom is already using {error}. SQLite serves one process. Stop the "
                "other, or use Postgres (DATABASE_URL) for several."
            ) from None

    async def _meet_slack(self) -> None:
        """Learn who we are; a Slack that is away does not keep us from starting."""
        try:
            await self.slack.gateway.identity()
        except PermanentError as failure:
            raise StartError(failure.reason) from None
        except SlackFailure as failure:
            log.warning("slack_away", reason=failure.reason)

    async def _open(self, socket: SocketConnection) -> None:
        try:
            await socket.open()
        except PermanentError as failure:
            await self.stop()
            raise StartError(failure.reason) from None

    async def _keep_asking(self) -> None:
        """Ask a Slack that was away, or that refused our token, until it knows us again."""
        gateway = self.slack.gateway
        while True:
            await asyncio.sleep(ASK_AGAIN.total_seconds())
            if gateway.auth_failure is not None or not gateway.is_known:
                with contextlib.suppress(SlackFailure):
                    await gateway.identity(again=True)

    def _doorway(self) -> RequestContext:
        slack = self.slack
        return RequestContext(
            self.services.people, slack.directory, slack.gateway, slack.replies, slack.forms
        )

    def _inbound(self) -> Inbound:
        hub = next(found for found in self.listeners if isinstance(found, HubListeners))
        requests, reconciliation = Requests(self._clock), self.services.reconciliation
        return Inbound(self.bolt, requests, self.metrics, reconciliation, hub.follow)

    def _bolt(self) -> AsyncApp:
        """Bolt with our authorisation, so that no variable of the environment changes it."""
        app = AsyncApp(
            client=AsyncWebClient(base_url=self._settings.api_url),
            authorize=self._authorization(),
            process_before_response=True,
            request_verification_enabled=False,  # handlers.transport.http has verified already
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,  # our own deleted messages matter
        )
        for listener in self.listeners:
            listener.register(app)
        return app

    def _authorization(self) -> Callable[[], Awaitable[AuthorizeResult]]:
        async def authorize() -> AuthorizeResult:
            identity = await self.slack.gateway.identity()
            return AuthorizeResult(
                enterprise_id=None,
                team_id=identity.team_id,
                bot_user_id=identity.user_id,
                bot_id=identity.bot_id,
                bot_token=self._settings.slack_bot_token.get_secret_value(),
            )

        # Bolt reads the names of the arguments and stumbles over a method's self.
        return authorize


def migrated(settings: Settings) -> None:
    """Bring the database to this version's tables."""
    migrate.upgrade(settings.database_url)


def _socket_door(inbound: Inbound, settings: Settings, metrics: Metrics) -> SocketConnection | None:
    """Return the way in by Socket Mode, None when there is no app-level token."""
    token = _secret(settings.slack_app_token)
    if token is None:
        return None
    caller = Caller(token, settings.api_url, settings.slack_timeout, metrics)
    return SocketConnection(inbound, caller, token)


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
