"""Forms and the App Home: open, fill, suggest, submit, close."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import checks
from bot.sandbox.errors import NotPossibleError, SlackError
from bot.sandbox.play import inputs
from bot.sandbox.play.acts import Acts, Json
from bot.sandbox.transport import Answer
from bot.sandbox.web_api import views
from bot.sandbox.web_api.chat import direct_messages
from bot.sandbox.workspace import View

TROUBLE = "We had some trouble connecting. Try again?"


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


class Forms(Acts):
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

    async def click_in_view(
        self, user: str, view_id: str, action_id: str, value: str | None = None
    ) -> Answer:
        """Press a button, or choose something that stands outside the form's inputs."""
        view = self._view(user, view_id)
        return await self._pressed(user, view, action_id, value)

    async def open_home(self, user: str) -> None:
        """Look at the app's home; the bot hears of every look."""
        sandbox, place = self._sandbox, direct_messages(self._sandbox, user)
        home = sandbox.workspace.homes.get(user)
        event = {"type": "app_home_opened", "user": user, "channel": place.id, "tab": "home"}
        sandbox.emit(place, event | ({"view": views.as_json(sandbox, home)} if home else {}))

    async def click_in_home(self, user: str, action_id: str, value: str | None = None) -> Answer:
        home = self._sandbox.workspace.homes.get(user)
        if home is None:
            raise NotPossibleError("The app shows nothing there yet.")
        return await self._pressed(user, home, action_id, value)

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
        try:
            return self._submitted(view, answer.body if isinstance(answer.body, dict) else {})
        except (SlackError, NotPossibleError, KeyError) as refused:
            return Submission(view=view, error=f"{TROUBLE} ({refused})")

    async def close(self, user: str, view_id: str) -> None:
        view = self._view(user, view_id)
        view.closed = True
        self._sandbox.touch()
        if view.view.get("notify_on_close"):
            shown = views.as_json(self._sandbox, view)
            payload = self._payload("view_closed", user) | {"view": shown, "is_cleared": False}
            await self._sandbox.delivery.interaction(payload)

    async def _pressed(self, user: str, view: View, action_id: str, value: str | None) -> Answer:
        block_id, element = inputs.element_named(view.view["blocks"], action_id, value)
        if block_id in view.state:
            view.state[block_id][action_id] = inputs.typed(element, value)
        return await self._view_action(user, view, inputs.action(block_id, element, value))

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
            case None:
                view.closed = True
            case unknown:
                raise SlackError(f"response_action {unknown!r}")
        self._sandbox.touch()
        return Submission(closed=True, view=self._sandbox.workspace.open_view(view.user))
