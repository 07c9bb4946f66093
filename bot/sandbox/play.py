"""What people do in Slack, delivered to the bot as Slack delivers it."""

import html
import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import checks, inputs
from bot.sandbox.delivery import Answer
from bot.sandbox.errors import NotPossibleError, SlackError
from bot.sandbox.slack import ResponseUrl, Sandbox, Trigger, message_event
from bot.sandbox.web_api import views
from bot.sandbox.web_api.chat import as_json, remove
from bot.sandbox.web_api.conversations import archived, renamed, unarchived
from bot.sandbox.workspace import Channel, Ephemeral, Message, View

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """How a form was taken.

    Attributes:
        errors: block_id to what is wrong; by Slack itself or by the bot.
        closed: The form is gone.
        view: What the person sees now, None when nothing is open.
        error: What Slack shows when the bot failed.
    """

    errors: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    view: View | None = None
    error: str | None = None


class Play:
    """Every method is one act of one person; `user` and `channel` are ids."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def command(self, user: str, channel: str, command: str, text: str) -> Answer:
        """Type a slash command; what the bot answers is shown to that person."""
        sandbox, place = self._sandbox, self._channel(channel, user)
        declared = {c["command"] for c in sandbox.manifest.commands}
        if declared and command not in declared:
            raise NotPossibleError(f"{command} is not a command of this workspace.")
        self._only_own_people(user, "slash commands")
        url = self._response_url(user, channel)
        form = {
            "token": "sandbox",
            "team_id": sandbox.workspace.team_id,
            "team_domain": sandbox.workspace.domain,
            "channel_id": channel,
            "channel_name": "privategroup" if place.is_private else place.name,
            "user_id": user,
            "user_name": sandbox.workspace.users[user].name,
            "command": command,
            "text": text,
            "api_app_id": sandbox.workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self._trigger(user),
        }
        answer = await sandbox.delivery.command(form)
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
            "message": as_json(self._message(place, ts)),
            "channel": {"id": channel, "name": place.name},
            "response_url": self._response_url(user, channel),
        }
        return await self._sandbox.delivery.interaction(payload)

    async def click(
        self, user: str, channel: str, ts: str, action_id: str, value: str | None = None
    ) -> Answer:
        """Press a button, or choose from a select, on a message or a private one."""
        place = self._channel(channel, user)
        shown: Message | Ephemeral = self._ephemeral(user, ts) or self._message(place, ts)
        block_id, element = inputs.element_named(shown.blocks, action_id)
        action = inputs.action(block_id, element, value) | {"action_ts": self._sandbox.clock.ts()}
        is_ephemeral = isinstance(shown, Ephemeral)
        payload = self._payload("block_actions", user) | {
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel,
                "is_ephemeral": is_ephemeral,
            },
            "channel": {"id": channel, "name": place.name},
            "response_url": self._response_url(user, channel, ts if is_ephemeral else None),
            "actions": [action],
            "state": {"values": {}},
        }
        if isinstance(shown, Message):
            payload["message"] = as_json(shown)
        return await self._sandbox.delivery.interaction(payload)

    async def fill(self, user: str, view_id: str, block_id: str, value: Any) -> Answer | None:
        """Type or choose something in a form; the bot hears of it only when it asked to."""
        view = self._view(user, view_id)
        block = inputs.block(view, block_id)
        element = block["element"]
        state = inputs.typed(element, value)
        view.state[block_id] = {element["action_id"]: state}
        self._sandbox.touch()
        if not block.get("dispatch_action"):
            return None
        action = {**state, "action_id": element["action_id"], "block_id": block_id}
        return await self._view_action(user, view, action)

    async def click_in_view(self, user: str, view_id: str, action_id: str) -> Answer:
        view = self._view(user, view_id)
        block_id, element = inputs.element_named(view.view["blocks"], action_id)
        return await self._view_action(user, view, inputs.action(block_id, element, None))

    async def suggest(self, user: str, view_id: str, block_id: str, typed: str) -> list[Json]:
        """Type into an external select and return what it offers."""
        view = self._view(user, view_id)
        element = inputs.block(view, block_id)["element"]
        if len(typed) < element.get("min_query_length", 3):
            return []
        payload = self._payload("block_suggestion", user) | {
            "action_id": element["action_id"],
            "block_id": block_id,
            "value": typed,
            "container": {"type": "view", "view_id": view_id},
            "view": views.as_json(self._sandbox, view),
        }
        answer = await self._sandbox.delivery.interaction(payload)
        if answer.error or not isinstance(answer.body, dict):
            raise NotPossibleError("No results: the app did not answer.")
        return checks.options(answer.body.get("options"))

    async def submit(self, user: str, view_id: str) -> Submission:
        """Press the form's button; Slack's own rules come first, the bot's after them."""
        view = self._view(user, view_id)
        if "submit" not in view.view:
            raise NotPossibleError("This form has no button to submit it.")
        errors = inputs.slack_errors(view)
        if errors:
            return Submission(errors=errors, view=view)
        payload = self._payload("view_submission", user) | {
            "view": views.as_json(self._sandbox, view),
            "response_urls": [],
        }
        answer = await self._sandbox.delivery.interaction(payload)
        if answer.error is not None:
            return Submission(view=view, error=answer.error)
        return self._submitted(view, answer.body if isinstance(answer.body, dict) else {})

    async def close(self, user: str, view_id: str) -> None:
        view = self._view(user, view_id)
        view.closed = True
        self._sandbox.touch()
        if view.view.get("notify_on_close"):
            shown = views.as_json(self._sandbox, view)
            payload = self._payload("view_closed", user) | {"view": shown, "is_cleared": False}
            await self._sandbox.delivery.interaction(payload)

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        place = self._channel(channel, user)
        if place.is_archived:
            raise NotPossibleError("This channel is archived.")
        # Slack's own window escapes what people type; only what they pick becomes a mention.
        message = Message(
            ts=self._sandbox.clock.ts(), user=user, text=html.escape(text, quote=False)
        )
        message.thread_ts = thread_ts
        return self._sandbox.add_message(place, message).ts

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        place = self._channel(channel, user)
        message = self._message(place, ts)
        before = as_json(message)
        message.text, message.edited = text, True
        event = message_event(place, message) | {
            "subtype": "message_changed",
            "hidden": True,
            "ts": self._sandbox.clock.ts(),
            "message": as_json(message),
            "previous_message": before,
        }
        self._sandbox.emit(place, event)
        self._sandbox.touch()

    def delete(self, user: str, channel: str, ts: str) -> None:
        place = self._channel(channel, user)
        message = self._message(place, ts)
        if message.user != user and not self._sandbox.workspace.users[user].is_admin:
            raise NotPossibleError("Only admins may delete messages of others.")
        remove(self._sandbox, place, message)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        self._reaction("reaction_added", user, channel, ts, name)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        self._reaction("reaction_removed", user, channel, ts, name)

    def join(self, user: str, channel: str) -> None:
        place = self._sandbox.workspace.channels[channel]
        if place.is_private:
            raise NotPossibleError("Private channels are joined by invitation.")
        self._sandbox.join(place, user)

    def leave(self, user: str, channel: str) -> None:
        self._sandbox.leave(self._channel(channel, user), user)

    def invite(self, user: str, channel: str, invited: str) -> None:
        self._sandbox.join(self._channel(channel, user), invited, inviter=user)

    def kick(self, user: str, channel: str, kicked: str) -> None:
        self._sandbox.leave(self._channel(channel, user), kicked)

    def rename(self, user: str, channel: str, name: str) -> None:
        checks.channel_name(name)
        renamed(self._sandbox, self._channel(channel, user), name)

    def archive(self, user: str, channel: str) -> None:
        archived(self._sandbox, self._channel(channel, user), user)

    def unarchive(self, user: str, channel: str) -> None:
        unarchived(self._sandbox, self._channel(channel, user), user)

    def make_private(self, user: str, channel: str) -> None:
        place = self._channel(channel, user)
        place.is_private = True
        text = "made this channel private"
        self._sandbox.note(place, user, "channel_convert_to_private", text)

    def delete_channel(self, user: str, channel: str) -> None:
        place = self._channel(channel, user)
        kind = "group_deleted" if place.is_private else "channel_deleted"
        self._sandbox.emit(place, {"type": kind, "channel": channel, "actor_id": user})
        del self._sandbox.workspace.channels[channel]
        self._sandbox.touch()

    def _reaction(self, kind: str, user: str, channel: str, ts: str, name: str) -> None:
        place = self._channel(channel, user)
        message = self._message(place, ts)
        people = message.reactions.setdefault(name, [])
        if (user in people) == (kind == "reaction_added"):
            return
        (people.append if kind == "reaction_added" else people.remove)(user)
        if not people:
            del message.reactions[name]
        item = {"type": "message", "channel": channel, "ts": ts}
        event = {"type": kind, "user": user, "reaction": name, "item": item}
        self._sandbox.emit(place, event | {"item_user": message.user})
        self._sandbox.touch()

    async def _view_action(self, user: str, view: View, action: Json) -> Answer:
        payload = self._payload("block_actions", user) | {
            "container": {"type": "view", "view_id": view.id},
            "view": views.as_json(self._sandbox, view),
            "actions": [action | {"action_ts": self._sandbox.clock.ts()}],
        }
        return await self._sandbox.delivery.interaction(payload)

    def _submitted(self, view: View, body: Json) -> Submission:
        match body.get("response_action"):
            case "errors":
                return Submission(errors=inputs.known_errors(view, body["errors"]), view=view)
            case "update":
                checks.view(body["view"])
                views.replace(self._sandbox, view, body["view"])
                return Submission(view=view)
            case "push":
                checks.view(body["view"])
                pushed = views.put(self._sandbox, view.user, body["view"], on_top=True)
                return Submission(view=pushed)
            case "clear":
                for open_view in self._sandbox.workspace.stack_of(view.user):
                    open_view.closed = True
            case _:
                view.closed = True
        self._sandbox.touch()
        return Submission(closed=True, view=self._sandbox.workspace.open_view(view.user))

    def _payload(self, kind: str, user: str) -> Json:
        workspace, person = self._sandbox.workspace, self._sandbox.workspace.users[user]
        return {
            "type": kind,
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "user": {
                "id": user,
                "username": person.name,
                "name": person.name,
                "team_id": person.team_id,
            },
            "api_app_id": workspace.app_id,
            "token": "sandbox",
            "trigger_id": self._trigger(user),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _trigger(self, user: str) -> str:
        trigger_id = secrets.token_hex(12)
        self._sandbox.issued.triggers[trigger_id] = Trigger(user, self._sandbox.clock.now())
        return trigger_id

    def _response_url(self, user: str, channel: str, ts: str | None = None) -> str:
        key = secrets.token_urlsafe(12)
        now = self._sandbox.clock.now()
        self._sandbox.issued.response_urls[key] = ResponseUrl(user, channel, now, ts)
        return f"{self._sandbox.base_url}/hooks/{key}"

    def answer_to(self, key: str, body: Json) -> None:
        """Take what the bot sends to a response_url.

        Raises:
            SlackError: The address is unknown, too old or used up, or the blocks are not usable.
        """
        issued = self._sandbox.issued.response_urls.get(key)
        if issued is None or self._sandbox.clock.now() - issued.at > 1800:
            raise SlackError("expired_url")
        if issued.uses >= 5:
            raise SlackError("used_url")
        if body.get("blocks"):
            checks.blocks(body["blocks"], "message")
        issued.uses += 1
        self._show_answer(issued, body)

    def _show_answer(self, issued: ResponseUrl, body: Json) -> None:
        workspace = self._sandbox.workspace
        text, blocks = str(body.get("text") or ""), body.get("blocks") or []
        before = self._ephemeral(issued.user, issued.ts) if issued.ts else None
        if body.get("delete_original") and before:
            before.deleted = True
        elif body.get("replace_original") and before:
            before.text, before.blocks = text, blocks
        elif body.get("response_type") == "in_channel":
            message = Message(
                ts=self._sandbox.clock.ts(),
                user=workspace.bot_user,
                bot_id=workspace.bot_id,
                text=text,
                blocks=blocks,
            )
            self._sandbox.add_message(workspace.channels[issued.channel], message)
        else:
            shown = Ephemeral(
                ts=self._sandbox.clock.ts(),
                user=issued.user,
                channel=issued.channel,
                text=text,
                blocks=blocks,
            )
            workspace.ephemerals.append(shown)
            issued.ts = shown.ts
        self._sandbox.touch()

    def _channel(self, channel: str, user: str) -> Channel:
        place = self._sandbox.workspace.channels.get(channel)
        if place is None or (place.is_private and user not in place.members):
            raise NotPossibleError("There is no such channel for this person.")
        return place

    def _message(self, channel: Channel, ts: str) -> Message:
        message = channel.message(ts)
        if message is None:
            raise NotPossibleError("There is no such message.")
        return message

    def _ephemeral(self, user: str, ts: str | None) -> Ephemeral | None:
        shown = self._sandbox.workspace.ephemerals
        return next((e for e in shown if e.ts == ts and e.user == user and not e.deleted), None)

    def _view(self, user: str, view_id: str) -> View:
        view = self._sandbox.workspace.views.get(view_id)
        if view is None or view.closed or view.user != user:
            raise NotPossibleError("That form is no longer open.")
        return view

    def _only_own_people(self, user: str, what: str) -> None:
        if self._sandbox.workspace.is_external(user):
            raise NotPossibleError(f"People of other organisations cannot use {what}.")
