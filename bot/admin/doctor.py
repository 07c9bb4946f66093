"""The doctor: looks at everything the bot needs, and says what to do about what is wrong."""

import asyncio
import email.utils
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import yaml

from bot import policy_file
from bot.admin import customers
from bot.admin.findings import Finding, Level, fine, skipped, warning, wrong
from bot.admin.readers import Readers
from bot.ai.model import Model
from bot.domain.escalation.room import ChannelId
from bot.domain.people import PersonKind, SlackUserId
from bot.domain.policy.policy import Policy
from bot.domain.time import time_zones
from bot.domain.time.clock import Clock, SystemClock
from bot.public_holidays import PublicHolidayBook
from bot.services.customers.customers import Customers
from bot.settings import Settings
from bot.slack.caller import Caller
from bot.slack.directory import Directory
from bot.slack.failures import PermanentError, SlackFailure
from bot.slack.gateway import BotIdentity, Gateway
from storage.database import migrate
from storage.database.database import Database
from storage.database.migrate import Schema

MANIFEST = Path(__file__).parents[2] / "app.yaml"
SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
SKEW = timedelta(seconds=30)
REFUSED_SKEW = timedelta(minutes=5)  # Slack's signatures are refused when they are older
AWAY = "Check status.slack.com and run the doctor again."
POOLED = "Running behind a connection pooler: prepared statements are off."
SET_UP = "Set it in the environment or in .env; .env.example explains each setting."


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUse:
    """What a channel of the policy is for, and where it is named."""

    what: str
    verb: str
    set_in: str


ANNOUNCE = ChannelUse(what="announcements", verb="announces", set_in="WARROOM_ANNOUNCE_CHANNEL")
LEADERSHIP = ChannelUse(
    what="SLA breaches",
    verb="posts SLA breaches",
    set_in="channels.leadership in the policy",
)

Check = Callable[[], AsyncIterator[Finding]]


class Doctor:
    """Looks, and changes nothing. What one check cannot find out does not keep the others back.

    Attributes:
        policy: The policy, once it was found to be usable.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._caller = Caller(
            settings.slack_bot_token.get_secret_value(), settings.api_url, settings.slack_timeout
        )
        self._gateway = Gateway(self._caller)
        self._directory = Directory(self._caller, self._gateway)
        self._readers = Readers(self._gateway, self._directory, settings.database_url)
        self._is_current = False
        self._identity: BotIdentity | None = None
        self.policy: Policy | None = None

    async def examine(self) -> list[Finding]:
        """Return what was found, in the order in which it is best mended."""
        return await self._look(
            self._policy,
            self._database,
            self._token,
            self._scopes,
            self._way_in,
            self._clocks,
            self._time_zones,
            self._customers,
            self._channels,
            self._rooms,
            self._roles,
            self._model,
        )

    async def obstacles(self) -> list[Finding]:
        """Return only what makes starting pointless; a Slack that is away is no such thing."""
        looks = (self._policy, self._database, self._token, self._scopes, self._way_in)
        return [finding for finding in await self._look(*looks) if finding.stops]

    async def _look(self, *checks: Check) -> list[Finding]:
        found: list[Finding] = []
        try:
            for check in checks:
                found += await _guarded(check)
        finally:
            await self._caller.close()
        return found

    async def _policy(self) -> AsyncIterator[Finding]:
        path = self._settings.warroom_policy
        try:
            announce = self._settings.warroom_announce_channel
            self.policy = policy_file.load(path, announce=announce)
        except policy_file.PolicyError as error:
            yield wrong("policy", str(error), "Fix the problems above.", stops=True)
            return
        yield fine("policy", f"{path or 'the shipped policy'} is valid.")

    async def _database(self) -> AsyncIterator[Finding]:
        schema = await asyncio.to_thread(migrate.schema, self._settings.database_url)
        match schema:
            case Schema.UNREACHABLE:
                to_do = (
                    "Check DATABASE_URL, that the database is running, and that Warroom has access."
                )
                yield wrong("database", "Can't reach the database.", to_do, stops=True)
            case Schema.NEWER:
                says = "The database was migrated by a newer version of Warroom."
                to_do = "Run that version, or restore the backup made before the upgrade."
                yield wrong("database", says, to_do, stops=True)
            case Schema.EMPTY | Schema.OLDER:
                says = f"The database is {schema.value}."
                yield warning(
                    "database", says, "Run `warroom migrate`; the next start also migrates it."
                )
            case Schema.CURRENT:
                self._is_current = True
                yield fine("database", "Connected; the schema is up to date.")
                for open_file in _readable_by_others(self._settings.database_url):
                    says = f"Other users of this machine can read {open_file}."
                    yield warning("files", says, f"Run `chmod 600 {open_file}`.")
                if await asyncio.to_thread(migrate.is_pooled, self._settings.database_url):
                    yield fine("pooler", POOLED)

    async def _token(self) -> AsyncIterator[Finding]:
        try:
            self._identity = await self._gateway.identity(again=True)
        except PermanentError as failure:
            to_do = "Copy the Bot User OAuth Token from OAuth & Permissions to SLACK_BOT_TOKEN."
            yield wrong("token", failure.reason, to_do, stops=True)
            return
        except SlackFailure as failure:
            to_do = "Check status.slack.com and whether this machine can reach SLACK_API_URL."
            yield wrong("token", f"Slack isn't responding: {failure.reason}", to_do)
            return
        yield fine("token", f"Connected as the app of {self._identity.team_url}")

    async def _scopes(self) -> AsyncIterator[Finding]:
        if self._identity is None:
            yield skipped("scopes", "Slack hasn't confirmed the token")
            return
        try:
            missing = wanted_scopes() - self._identity.scopes
        except OSError:
            yield skipped("scopes", "app.yaml isn't next to the program")
            return
        if missing:
            says = f"The app lacks the permissions {', '.join(sorted(missing))}."
            to_do = "Paste app.yaml into the app's manifest (api.slack.com/apps) and reinstall it."
            yield wrong("scopes", says, to_do, stops=True)
        else:
            yield fine("scopes", "Everything app.yaml asks for is granted.")

    async def _way_in(self) -> AsyncIterator[Finding]:
        if self._settings.slack_app_token is not None:
            yield await self._socket(self._settings.slack_app_token.get_secret_value())
        secret = self._settings.slack_signing_secret
        if secret is None:
            return
        if SIGNING_SECRET.fullmatch(secret.get_secret_value()):
            yield fine("signing secret", "The format is valid.")
        else:
            says = "SLACK_SIGNING_SECRET isn't 32 hexadecimal digits."
            yield warning("signing secret", says, "Copy it again from Basic Information.")

    async def _socket(self, token: str) -> Finding:
        caller = Caller(token, self._settings.api_url, self._settings.slack_timeout)
        try:
            await caller.call("apps.connections.open")
        except PermanentError as failure:
            says = f"Slack rejected SLACK_APP_TOKEN ({failure.code})."
            to_do = (
                "Make an app-level token with connections:write (Basic Information → App-Level "
                "Tokens), and switch Socket Mode on."
            )
            return wrong("socket", says, to_do, stops=True)
        except SlackFailure as failure:
            says = f"Slack isn't responding: {failure.reason}"
            return wrong("socket", says, "Check status.slack.com.")
        finally:
            await caller.close()
        return fine("socket", "Socket Mode works.")

    async def _clocks(self) -> AsyncIterator[Finding]:
        date = self._gateway.answered_at
        if date is None:
            yield skipped("clock", "Slack hasn't sent its time")
            return
        skew = abs(self._clock.now() - email.utils.parsedate_to_datetime(date))
        says = f"This machine's clock is {skew.total_seconds():.0f} seconds away from Slack's."
        to_do = "Turn on time synchronisation (systemd-timesyncd, chrony)."
        if skew > REFUSED_SKEW:
            yield wrong("clock", f"{says} Every request of Slack's will be refused.", to_do)
        elif skew > SKEW:
            yield warning("clock", says, to_do)
        else:
            yield fine("clock", "In sync with Slack.")

    async def _time_zones(self) -> AsyncIterator[Finding]:
        version = time_zones.DATA_VERSION
        if time_zones.is_data_locked():
            says = f"Time zones are those of tzdata {version}, whatever this machine has."
            yield fine("time zones", says)
        else:
            says = f"This machine's own time zone files come before those of tzdata {version}."
            yield wrong("time zones", says, "Start Warroom as `warroom`, which leaves them out.")

    async def _customers(self) -> AsyncIterator[Finding]:
        url = self._settings.database_url
        if await asyncio.to_thread(migrate.schema, url) is not Schema.CURRENT:
            yield skipped("customers", "the database isn't ready")
            return
        database = Database(url)
        try:
            known = await Customers(database).everybody()
        finally:
            await database.close()
        for finding in customers.findings(known, PublicHolidayBook()):
            yield finding

    async def _channels(self) -> AsyncIterator[Finding]:
        if self.policy is None:
            yield skipped("channels", "the policy isn't valid")
            return
        wanted = self.policy.channels
        if wanted.announce is None:
            yield fine("channels", "No announcement channel is set; nothing will be announced.")
        if (wanted.announce or wanted.leadership) and self._identity is None:
            yield skipped("channels", "Slack hasn't confirmed the token")
            return
        if wanted.announce is not None:
            yield await self._channel(wanted.announce, ANNOUNCE)
        if wanted.leadership is not None:
            yield await self._channel(wanted.leadership, LEADERSHIP)

    async def _channel(self, channel: str, use: ChannelUse) -> Finding:
        invite = f"Invite it there: /invite @Warroom; or correct {use.set_in}."
        try:
            answer = await self._caller.call("conversations.info", channel=channel)
        except SlackFailure as failure:
            says = f"The channel for {use.what}, {channel}: {failure.reason}"
            return wrong("channels", says, invite if isinstance(failure, PermanentError) else AWAY)
        about = answer["channel"]
        if about.get("is_archived"):
            says = f"The channel for {use.what}, #{about['name']}, is archived."
            return wrong("channels", says, "Unarchive it or choose another one.")
        if not about.get("is_member"):
            says = f"Warroom is not in #{about['name']}, where it {use.verb}."
            return warning("channels", says, invite)
        if self._identity and (others := await self._others(channel)):
            says = f"#{about['name']} {others}: {use.what} are withheld there."
            return warning("channels", says, f"Name a channel of your own members: {use.set_in}.")
        return fine("channels", f"{use.what[:1].upper() + use.what[1:]} go to #{about['name']}.")

    async def _others(self, channel: str) -> str | None:
        try:
            return await self._readers.others(ChannelId(channel))
        except SlackFailure:  # whoever it is has just answered about the channel
            return None

    async def _rooms(self) -> AsyncIterator[Finding]:
        if self._identity is None or not self._is_current:
            yield skipped("rooms", "Slack or the database isn't ready")
            return
        try:
            async for finding in self._readers.digests():
                yield finding
            yield await self._readers.rooms()
        except SlackFailure as failure:
            yield warning("rooms", f"Slack isn't responding: {failure.reason}", AWAY)

    async def _roles(self) -> AsyncIterator[Finding]:
        if self._identity is None or self.policy is None:
            yield skipped("roles", "Slack or the policy isn't ready")
            return
        try:
            problems = [each async for each in self._missing_people(self._identity, self.policy)]
        except SlackFailure as failure:  # nobody is missing; Slack has not said
            yield warning("roles", f"Slack isn't responding: {failure.reason}", AWAY)
            return
        for problem in problems:
            yield warning("roles", problem, "Correct the role in the policy file.")
        if not problems:
            yield fine("roles", "Slack found everyone in the policy.")

    async def _missing_people(self, identity: BotIdentity, policy: Policy) -> AsyncIterator[str]:
        for key, role in policy.roles.items():
            for user in role.people:
                if trouble := await self._person_trouble(user, identity):
                    yield f"{key}: {user}: {trouble}"
            for group in role.groups:
                if trouble := await self._group_trouble(group):
                    yield f"{key}: {group}: {trouble}"

    async def _person_trouble(self, user: SlackUserId, identity: BotIdentity) -> str | None:
        try:
            person = await self._directory.person(user, team=identity.team_id)
        except PermanentError as failure:
            return failure.reason
        return "The account is deactivated." if person.kind is PersonKind.DEACTIVATED else None

    async def _group_trouble(self, group: str) -> str | None:
        try:
            await self._directory.group_members(group)
        except PermanentError as failure:
            return failure.reason
        return None

    async def _model(self) -> AsyncIterator[Finding]:
        key = self._settings.openai_api_key
        if key is None:
            yield fine("model", "Not set (OPENAI_API_KEY); all texts come from templates.")
            return
        model = Model(
            key=key.get_secret_value(),
            base_url=self._settings.openai_base_url,
            name=self._settings.warroom_llm_model,
        )
        trouble = await model.trouble()
        if trouble is None:
            yield fine("model", f"{self._settings.warroom_llm_model} answers.")
        else:
            to_do = "Check OPENAI_API_KEY, OPENAI_BASE_URL and WARROOM_LLM_MODEL."
            yield wrong("model", trouble, to_do)


def wanted_scopes() -> frozenset[str]:
    """Return the scopes app.yaml asks for.

    Raises:
        OSError: The file is not beside the program.
    """
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


def unusable_settings(words: str) -> Sequence[Finding]:
    """Return the findings of an environment that cannot even be read."""
    names = ("policy", "database", "token", "scopes", "channels", "roles", "model")
    unset = wrong("settings", f"They are missing or unusable:\n{words}", SET_UP, stops=True)
    return [unset, *(skipped(name, "the settings aren't valid") for name in names)]


async def _guarded(check: Check) -> list[Finding]:
    """Return what a check finds; one that breaks is a finding of its own."""
    found: list[Finding] = []
    name = check.__name__.strip("_").replace("_", " ")
    try:
        async for finding in check():
            found.append(finding)
    except Exception as error:
        says = f"The check failed ({type(error).__name__})."
        found.append(Finding(check=name, level=Level.ERROR, says=says, to_do="Please report this."))
    return found


def _readable_by_others(database_url: str) -> list[str]:
    """Return which of our files others may read that hold secrets or customers' words."""
    database = migrate.file_of(database_url)
    files = [Path(".env"), *([database] if database else [])]
    return [str(file) for file in files if file.exists() and file.stat().st_mode & 0o077]
