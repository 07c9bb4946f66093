"""The item form as Slack gives it back: what was typed, and what of it was changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.people import SlackUserId
from bot.domain.plan.item import Content, ItemSource, Priority
from bot.domain.plan.kinds import ItemKind
from bot.domain.plan.playbook import Phase
from bot.domain.text.notation import typed_in_form
from bot.services.plan.items import Edit
from handlers import payloads, times

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedItemForm:
    """A submitted form.

    Attributes:
        kept: What we gave the form to carry.
        values: Every field of the kind that the form shows, as it is now.
        changed: The names of those that the person changed.
        shown: Those fields as they were when the form was opened.
        time: The due time that was chosen or set.
    """

    kept: Json
    kind: ItemKind
    values: Mapping[str, Any]
    shown: Mapping[str, Any]
    reason: str
    replaces: int | None
    time: times.Chosen

    @property
    def changed(self) -> dict[str, Any]:
        touched = set(self.kept.get("touched", ()))
        return {
            name: value
            for name, value in self.values.items()
            if name in touched or value != self.shown[name]
        }

    def content(self) -> Content:
        return Content(**{"text": "", **self.values})

    def laid_over(self, content: Content) -> Content:
        """Return `content` with what the person changed."""
        return replace(content, **self.changed)

    def edit(self) -> Edit:
        return Edit(
            changed=self.changed,
            shown=self.shown,
            version=int(self.kept["version"]),
            reason=self.reason,
            replaces=self.replaces,
        )

    def source(self) -> ItemSource | None:
        """Return the message the form is about, None when it is about none.

        Its text stays empty: the form holds what a person made of it, and a look at the message
        tells what it says.
        """
        message = self.kept.get("message")
        if message is None:
            return None
        return ItemSource(
            channel_id=ChannelId(message["channel"]),
            ts=MessageTs(message["ts"]),
            thread_ts=message["thread_ts"],
            author=message["author"],
            permalink=message["permalink"],
            text="",
        )


def read(view: Json) -> SubmittedItemForm:
    """Read a submitted item form."""
    kept, values = payloads.metadata(view), view["state"]["values"]
    kind = ItemKind(kept["kind"])
    elements = {
        block["block_id"]: block["element"] for block in view["blocks"] if "element" in block
    }
    names = [name for name in kind.spec.fields if name in elements]
    replaces = payloads.text(values, "replaces")
    given = {name: _typed(name, _given(values, name)) for name in names}
    chosen = times.chosen_in(values, "due_at")
    if "due_at" in given:
        given["due_at"] = chosen.at
    return SubmittedItemForm(
        kept=kept,
        kind=kind,
        values=given,
        time=chosen,
        shown={name: _typed(name, _initial(elements[name])) for name in names},
        reason=payloads.text(values, "reason"),
        replaces=int(replaces) if replaces else None,
    )


def _given(values: Json, name: str) -> str:
    value = payloads.value(values, name)
    if isinstance(value, list):
        return "yes" if value else ""
    return str(value["value"] if isinstance(value, dict) else value or "")


def _initial(element: Json) -> str:
    if element["type"] == "checkboxes":
        return "yes" if element.get("initial_options") else ""
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    for name in ("initial_value", "initial_user", "initial_date_time", "initial_date"):
        if name in element:
            return str(element[name] or "")
    return ""


def _typed(name: str, raw: str) -> Any:  # a value of Content
    raw = typed_in_form(raw).strip()
    return PARSERS.get(name, str)(raw)


def _instant(raw: str) -> datetime | None:
    return datetime.fromtimestamp(int(raw), UTC) if raw else None


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "owner": lambda raw: SlackUserId(raw) if raw else None,
    "due_at": _instant,
    "forecast_at": _instant,
    "priority": lambda raw: Priority(raw or Priority.NORMAL),
    "phase": lambda raw: Phase(raw) if raw else None,
    "milestone": lambda raw: int(raw) if raw else None,
    "review_on": lambda raw: date.fromisoformat(raw) if raw else None,
    "is_customer_safe": bool,
}
