"""What happened to an escalation, its roles and its room, in words."""

from collections.abc import Mapping

from bot.domain.escalation.changes import DETAILS
from bot.domain.escalation.payloads import (
    Acknowledged,
    DetailsChanged,
    Exported,
    FieldErased,
    HandoverOffered,
    Opened,
    RoleAnswered,
    RoleGiven,
    RoomChanged,
    SeverityChanged,
    StatusChanged,
)
from bot.domain.escalation.timeline import EntryKind
from bot.views.timeline.wording import Mention, Parts, Wording

ROOM: Mapping[EntryKind, str] = {
    EntryKind.ROOM_FAILED: "The room could not be opened",
    EntryKind.ROOM_RENAMED: "The room was renamed",
    EntryKind.ROOM_ARCHIVED: "The room was archived",
    EntryKind.ROOM_UNARCHIVED: "The room is back",
    EntryKind.ROOM_DELETED: "The room was deleted",
    EntryKind.ROOM_MADE_PRIVATE: "The room was made private",
    EntryKind.ROOM_SHARED: "The room is shared with another organisation",
    EntryKind.ROOM_UNSHARED: "The room is no longer shared with another organisation",
    EntryKind.BOT_REMOVED: "Warroom was removed from the room",
    EntryKind.BOT_RETURNED: "Warroom is back in the room",
}


def opened(payload: Opened, _kind: EntryKind) -> Wording:
    return Wording(what=f"{payload.number} opened at {payload.severity.label}")


def acknowledged(payload: Acknowledged, _kind: EntryKind) -> Wording:
    return Wording(what="Acknowledged", reason=payload.reason)


def status(payload: StatusChanged, _kind: EntryKind) -> Wording:
    before, after = (payload.before.label,), (payload.after.label,)
    return Wording(what="Status", before=before, after=after, reason=payload.reason)


def severity(payload: SeverityChanged, _kind: EntryKind) -> Wording:
    before, after = (payload.before.label,), (payload.after.label,)
    return Wording(what="Severity", before=before, after=after, reason=payload.reason)


def details(payload: DetailsChanged, _kind: EntryKind) -> Wording:
    match payload.field:
        case "category":
            after: Parts = ((payload.after or "none").replace("_", " "),)
            return Wording(what="Category", after=after, reason=payload.reason)
        case "situation":
            # In quotation marks nothing in it can be taken for words of ours.
            after = (f"“{payload.after}”" if payload.after else "confidence only",)
            return Wording(what="Current status", after=after, reason=payload.reason)
        case "impact_started_at":
            before = (payload.instant_before,) if payload.instant_before else ()
            began = (payload.instant,) if payload.instant else ()
            return Wording(what="Impact started", before=before, after=began, reason=payload.reason)
        case name:
            return Wording(what=DETAILS.get(name, name), reason=payload.reason)


def role_given(payload: RoleGiven, _kind: EntryKind) -> Wording:
    held = [part for user in payload.before for part in (" ", Mention(user))][1:]
    after: Parts = (Mention(payload.after) if payload.after else "nobody",)
    return Wording(what=payload.title, before=tuple(held), after=after, reason=payload.reason)


def role_answered(payload: RoleAnswered, kind: EntryKind) -> Wording:
    title = "Handover" if payload.is_handover else payload.title
    word = "accepted" if kind is EntryKind.ROLE_ACCEPTED else "declined"
    after = (Mention(payload.person),)
    return Wording(what=f"{title} {word}", after=after, reason=payload.reason)


def handover_offered(payload: HandoverOffered, _kind: EntryKind) -> Wording:
    return Wording(what="Handover offered", after=(Mention(payload.to),), reason=payload.reason)


def room(payload: RoomChanged, kind: EntryKind) -> Wording:
    if kind is EntryKind.ROOM_OPENED:
        return Wording(what=f"#{payload.name} opened")
    after = payload.problem or (f"#{payload.name}" if payload.name else "")
    return Wording(what=ROOM[kind], after=(after,) if after else (), reason=payload.reason)


def erased(payload: FieldErased, _kind: EntryKind) -> Wording:
    what = f"The {payload.field} of entry {payload.entry} was erased by {payload.by}"
    return Wording(what=what, reason=payload.ground)


def exported(_payload: Exported, _kind: EntryKind) -> Wording:
    return Wording(what="Asked for the whole record as files")
