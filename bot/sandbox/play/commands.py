"""Slash commands and shortcuts, and what the bot answers to a response_url."""

import html
import re
from typing import Any

from bot.sandbox import changes, checks
from bot.sandbox.errors import NotPossibleError, SlackError
from bot.sandbox.events import message_json
from bot.sandbox.play.acts import Acts, Json
from bot.sandbox.slack import ResponseUrl
from bot.sandbox.transport import Answer
from bot.sandbox.workspace import Channel, Ephemeral, Message

NAMED = re.compile(r"(?<![\w<])([@#])([\w.-]*\w)")
PICKED = re.compile(r"(<(?:[@#]|!subteam\^)[A-Z0-9]+(?:\|[^<>]*)?>)")
PICKED_TARGET = re.compile(r"^<(?:[@#]|!subteam\^)")
LINK = re.compile(r"https?://[^\s<>|]+")
URL_LIFE = 1800  # seconds
URL_USES = 5


class Commands(Acts):
    async def command(self, user: str, channel: str, command: str, text: str) -> Answer:
        """Type a slash command; what the bot answers is shown to that person."""
        sandbox, place = self._sandbox, self._channel(channel, user)
        declared = {c["command"]: c for c in sandbox.manifest.commands}
        if declared and command not in declared:
            raise NotPossibleError(f"{command} is not a command of this workspace.")
        if declared.get(command, {}).get("should_escape"):
            text = self._escaped(text)
        self._only_own_people(user, "slash commands")
        url = self._response_url(user, channel)
        answer = await sandbox.delivery.command(self._form(user, place, command, text, url))
        if answer.error is None and answer.body:
            body = answer.body if isinstance(answer.body, dict) else {"text": answer.body}
            self._show_answer(sandbox.issued.response_urls[url.rpartition("/")[2]], body)
        return answer

    async def shortcut(self, user: str, callback_id: str) -> Answer:
        self._only_own_people(user, "shortcuts")
        payload = self._payload("shortcut", user) | {
            "callback_id": callback_id,
            "action_ts": self._sandbox.clock.ts(),
        }
        return await self._sandbox.delivery.interaction(payload)

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Answer:
        self._only_own_people(user, "shortcuts")
        place = self._channel(channel, user)
        payload = self._payload("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self._sandbox.clock.ts(),
            "message_ts": ts,
            "message": message_json(self._message(place, ts)),
            "channel": {"id": channel, "name": place.name},
            "response_url": self._response_url(user, channel),
        }
        return await self._sandbox.delivery.interaction(payload)

    def answer_to(self, key: str, body: Json) -> None:
        """Take what the bot sends to a response_url.

        Raises:
            SlackError: The address is unknown, too old or used up, or the blocks are not usable.
        """
        issued = self._sandbox.issued.response_urls.get(key)
        if issued is None or self._sandbox.clock.elapsed() - issued.at > URL_LIFE:
            raise SlackError("expired_url")
        if issued.uses >= URL_USES:
            raise SlackError("used_url")
        if body.get("blocks"):
            checks.blocks(body["blocks"], "message")
        issued.uses += 1
        self._show_answer(issued, body)

    def _escaped(self, text: str) -> str:
        """Return the text as Slack writes it: picks and links in brackets, all else escaped.

        What stands in brackets already and names somebody, a channel or a group was picked.
        """
        workspace = self._sandbox.workspace
        known = {*workspace.users, *workspace.channels, *workspace.groups}
        pieces = PICKED.split(text)
        for place in range(0, len(pieces), 2):
            pieces[place] = self._named(html.escape(pieces[place], quote=False))
        for place in range(1, len(pieces), 2):
            target = PICKED_TARGET.sub("", pieces[place]).partition("|")[0].rstrip(">")
            if target not in known:
                pieces[place] = html.escape(pieces[place], quote=False)
        return "".join(pieces)

    def _named(self, text: str) -> str:
        """Return the text with people, channels and links that were typed out in brackets."""
        workspace = self._sandbox.workspace
        people = {user.name: user.id for user in workspace.users.values() if not user.deleted}
        places = {c.name: c.id for c in workspace.channels.values() if not c.is_private}

        def named(found: re.Match[str]) -> str:
            known = people if found[1] == "@" else places
            target = known.get(found[2].lower())
            return f"<{found[1]}{target}|{found[2]}>" if target else found[0]

        return NAMED.sub(named, LINK.sub(r"<\g<0>>", text))

    def _form(self, user: str, place: Channel, command: str, text: str, url: str) -> dict[str, str]:
        workspace = self._sandbox.workspace
        return {
            "token": "sandbox",
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": place.id,
            "channel_name": _channel_name(place),
            "user_id": user,
            "user_name": workspace.users[user].name,
            "command": command,
            "text": text,
            "api_app_id": workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self._trigger(user),
        }

    def _show_answer(self, issued: ResponseUrl, body: Json) -> None:
        place = self._sandbox.workspace.channels[issued.channel]
        original = self._ephemeral(issued.user, issued.ts) or place.message(issued.ts or "")
        if original is not None and body.get("delete_original"):
            self._delete(place, original)
        elif original is not None and body.get("replace_original"):
            self._replace(place, original, body)
        elif body.get("response_type") == "in_channel":
            changes.add_message(self._sandbox, place, self._public(body))
        else:
            shown = self._private(issued, body)
            issued.ts = issued.ts or shown.ts
        self._sandbox.touch()

    def _delete(self, place: Channel, original: Message | Ephemeral) -> None:
        if isinstance(original, Ephemeral):
            original.deleted = True
        else:
            changes.remove_message(self._sandbox, place, original)

    def _replace(self, place: Channel, original: Message | Ephemeral, body: Json) -> None:
        text, blocks = _content(body)
        if isinstance(original, Ephemeral):
            original.text, original.blocks = text, blocks
        else:
            changes.change_message(self._sandbox, place, original, text, blocks)

    def _public(self, body: Json) -> Message:
        text, blocks = _content(body)
        bot = self._sandbox.workspace
        return Message(
            ts=self._sandbox.clock.ts(),
            user=bot.bot_user,
            bot_id=bot.bot_id,
            text=text,
            blocks=blocks,
        )

    def _private(self, issued: ResponseUrl, body: Json) -> Ephemeral:
        text, blocks = _content(body)
        shown = Ephemeral(
            ts=self._sandbox.clock.ts(),
            user=issued.user,
            channel=issued.channel,
            text=text,
            blocks=blocks,
        )
        self._sandbox.workspace.ephemerals.append(shown)
        return shown


def _content(body: Json) -> tuple[str, list[Any]]:
    return str(body.get("text") or ""), body.get("blocks") or []


def _channel_name(place: Channel) -> str:
    if place.dm_with is not None:
        return "directmessage"
    return "privategroup" if place.is_private else place.name
