"""Slack's JSON turned into typed requests; the only place that looks into Slack's dictionaries."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.escalation.changes import DETAILS, EscalationPatch
from bot.domain.escalation.escalation import CustomerId, EscalationId, Severity, Visibility
from bot.domain.escalation.opening import OpeningRequest
from bot.domain.escalation.room import ChannelId, MessageTs
from bot.domain.lifecycle.lifecycle import Answers
from bot.domain.people import SlackUserId, TeamId
from bot.domain.reading.home import ListQuery, ListScope
from bot.domain.text.notation import readable, typed_in_form
from bot.views.customers.customers import KNOWN, NEW

Json = dict[str, Any]

# The answers of a move that are words.
SAID = ("reason", "pause", "evidence", "outcome", "customer_ask", "business_impact", "anyway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """The open form in which somebody acts.

    Attributes:
        root: The lowest form of the stack.
        hub: What forms opened from a room's hub carry of it; empty elsewhere.
    """

    root: str
    hub: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted, where, and the ways back to them.

    Attributes:
        team: The person's own workspace, which may not be ours.
        trigger_id: Good for one form within three seconds; None where Slack gives none.
        response_url: Private way back; None where Slack gives none. Never logged.
        channel: Where it happened, in a hub its room; None for global shortcuts and other forms.
        modal: The form in which it happened; None elsewhere.
    """

    user: SlackUserId
    team: TeamId
    trigger_id: str | None
    response_url: str | None
    channel: ChannelId | None
    modal: Modal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; `actor` is None where Slack does not say who did it, `at` is Slack's time."""

    id: str
    at: datetime
    channel: ChannelId
    actor: SlackUserId | None
    body: Json


def actor(body: Json) -> Actor:
    """Read who acted from a command, a shortcut, an action or a form."""
    user = body.get("user") or {}
    team = body.get("team") or {}
    modal = _modal(body.get("view"))
    of_hub = modal.hub.get("channel") if modal else None
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id") or of_hub
    return Actor(
        user=SlackUserId(body.get("user_id") or user["id"]),
        team=TeamId(user.get("team_id") or body.get("team_id") or team.get("id") or ""),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        channel=ChannelId(channel) if channel else None,
        modal=modal,
    )


def _modal(view: Json | None) -> Modal | None:
    if view is None or view.get("type") != "modal":
        return None
    root = str(view.get("root_view_id") or view.get("id") or "")
    return Modal(root=root, hub=_hub_of(view))


def _hub_of(view: Json) -> Json:
    """Return what a form carries of the hub it was opened from, empty for every other form."""
    try:
        kept: object = metadata(view)
    except ValueError:
        return {}
    found = kept.get("hub") if isinstance(kept, dict) else None
    return found if isinstance(found, dict) else {}


def opening_request(body: Json) -> OpeningRequest:
    """Read the submitted opening form."""
    view, values = body["view"], body["view"]["state"]["values"]
    kept = metadata(view)
    customer_id, new_customer = _customer(values)
    critical_on = value(values, "critical_on")
    return OpeningRequest(
        customer_id=customer_id,
        new_customer=new_customer,
        title=text(values, "title"),
        severity=Severity(text(values, "severity")),
        owner=SlackUserId(text(values, "owner")),
        submission_key=f"{view['team_id']}:{view['id']}",
        problem=text(values, "problem"),
        business_impact=text(values, "business_impact"),
        customer_ask=text(values, "customer_ask"),
        category=text(values, "category") or None,
        region=text(values, "region"),
        critical_on=date.fromisoformat(critical_on) if critical_on else None,
        ticket_url=text(values, "ticket_url"),
        crm_url=text(values, "crm_url"),
        invited=tuple(SlackUserId(u) for u in value(values, "invited") or ()),
        visibility=Visibility(text(values, "visibility")),
        source_permalink=kept.get("source"),
        progress_view_id=view["id"],
        response_url=kept.get("reply"),
    )


def escalation_patch(body: Json) -> tuple[EscalationId, EscalationPatch]:
    """Read the submitted room menu: only what differs from what the person was shown."""
    view, values = body["view"], body["view"]["state"]["values"]
    kept = metadata(view)
    shown: Json = kept["shown"]
    chosen = {name: text(values, name) for name in shown}
    changed = {name: text for name, text in chosen.items() if text != shown[name]}
    return EscalationId(kept["escalation"]), EscalationPatch(
        severity=Severity(changed["severity"]) if "severity" in changed else None,
        owner=SlackUserId(changed["owner"]) if "owner" in changed else None,
        category=changed.get("category") or None,
        impact_started_at=instant(values, "impact_started_at"),
        reason=text(values, "reason"),
        **_changed_details(view, values),
    )


def answers(view: Json) -> Answers:
    """Read what was said in the form of a move; what it did not ask stays unsaid."""
    values = view["state"]["values"]
    return Answers(
        until=instant(values, "until"),
        impact_started_at=instant(values, "impact_started_at"),
        is_unanswered=bool(value(values, "is_unanswered")),
        checked=tuple(str(option["value"]) for option in value(values, "checked") or ()),
        **{name: text(values, name) for name in SAID},
    )


def home_viewer(body: Json) -> Actor:
    """Read who opened the App Home; the event names our workspace, whosever the person is."""
    return Actor(
        user=SlackUserId(body["event"]["user"]),
        team=TeamId(body.get("team_id") or ""),
        trigger_id=None,
        response_url=None,
        channel=None,
    )


def home_wanted(view: Json | None) -> ListQuery:
    """Read what somebody had chosen in their App Home; the first page of it all otherwise."""
    kept = metadata(view or {})
    scope, severity = kept.get("scope"), kept.get("severity")
    return ListQuery(  # another version may have published it
        scope=ListScope(scope) if scope in set(ListScope) else ListScope.OPEN,
        severity=Severity(severity) if severity in set(Severity) else None,
        page=int(kept.get("page") or 1),
    )


def home_of(body: Json) -> Json | None:
    """Return the App Home in which something was pressed; None when it was elsewhere."""
    view: Json | None = body.get("view")
    return view if view is not None and view.get("type") == "home" else None


def metadata(view: Json) -> Json:
    """Return what we gave the form to carry."""
    kept: Json = json.loads(view.get("private_metadata") or "{}")
    return kept


def chosen_customer(body: Json) -> CustomerId | None:
    """Return the known customer just chosen; None for a new one."""
    return _customer_value(body["actions"][0].get("selected_option"))[0]


def typed(body: Json) -> str:
    """Return what a person typed into a type-ahead."""
    return str(body.get("value") or "")


def command_text(body: Json) -> str:
    """Return what stands behind a slash command, in Slack's notation."""
    return str(body.get("text") or "")


def pressed(body: Json) -> str:
    """Return the value of the button that was pressed, or of the option that was chosen."""
    pushed = body["actions"][0]
    return str((pushed.get("selected_option") or pushed).get("value") or "")


def pressed_on(body: Json) -> tuple[ChannelId, MessageTs] | None:
    """Return the message a button stands on; None when it stands in a form or on the Home."""
    container = body.get("container") or {}
    channel, ts = container.get("channel_id"), container.get("message_ts")
    return (ChannelId(channel), MessageTs(ts)) if channel and ts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMessage:
    """The message a shortcut was used on.

    Attributes:
        thread_ts: None outside of threads.
        text: In Slack's notation.
    """

    channel: ChannelId
    ts: MessageTs
    thread_ts: MessageTs | None
    text: str


def source(body: Json) -> SourceMessage:
    """Read the message a shortcut was used on."""
    message = body["message"]
    thread_ts = message.get("thread_ts")
    return SourceMessage(
        channel=ChannelId(body["channel"]["id"]),
        ts=MessageTs(message["ts"]),
        thread_ts=MessageTs(thread_ts) if thread_ts else None,
        text=str(message.get("text") or ""),
    )


def event(body: Json) -> Event:
    """Read an event about a channel."""
    inner = body["event"]
    channel = inner.get("channel")
    channel_id = channel["id"] if isinstance(channel, dict) else channel
    who = inner.get("user") or inner.get("actor_id")
    return Event(
        id=body["event_id"],
        at=datetime.fromtimestamp(float(inner.get("event_ts") or body["event_time"]), UTC),
        channel=ChannelId(channel_id or ""),
        actor=SlackUserId(who) if who else None,
        body=inner,
    )


def new_name(event: Event) -> str:
    """Return how a channel is called from now on."""
    return readable(str(event.body["channel"]["name"]), {})


def _customer(values: Json) -> tuple[CustomerId | None, str]:
    return _customer_value(_state(values, "customer").get("selected_option"))


def _customer_value(option: Json | None) -> tuple[CustomerId | None, str]:
    value = str((option or {}).get("value") or "")
    if value.startswith(KNOWN):
        return CustomerId(int(value.removeprefix(KNOWN))), ""
    return None, typed_in_form(value.removeprefix(NEW))


def _changed_details(view: Json, values: Json) -> Json:
    return {name: text(values, name) for name in DETAILS if _differs(view, values, name)}


def _differs(view: Json, values: Json, name: str) -> bool:
    """Say whether a text is another than the form began with."""
    block = next(b for b in view["blocks"] if b.get("block_id") == name)
    return text(values, name) != typed_in_form(str(block["element"].get("initial_value") or ""))


def instant(values: Json, name: str) -> datetime | None:
    """Return the time a field of a form holds; None for none."""
    given = value(values, name)
    return datetime.fromtimestamp(int(given), UTC) if given else None


def text(values: Json, name: str) -> str:
    """Return what a field of a form holds, as text; a choice gives its value."""
    given = value(values, name)
    return typed_in_form(str(given["value"] if isinstance(given, dict) else given or ""))


def value(values: Json, name: str) -> Any:
    """Return what a field of a form holds, in Slack's own shape; None when it is empty."""
    state = _state(values, name)
    return next((given for key, given in state.items() if key != "type"), None)


def _state(values: Json, name: str) -> Json:
    inputs: Json = values.get(name) or {}
    state: Json = next(iter(inputs.values()), {})
    return state


def first_input(view: Json) -> str | None:
    """Return the first field of a form, on which a mistake can be shown; None when it has none."""
    fields = (block for block in view.get("blocks", ()) if block.get("type") == "input")
    return next((str(block["block_id"]) for block in fields), None)
