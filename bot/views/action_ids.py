"""Every action_id, callback_id and message marker, once; handlers listen to these names."""

from enum import StrEnum

VALUE = "value"  # action_id of inputs that nobody listens to


class Shortcut(StrEnum):
    OPEN_ESCALATION = "open_escalation"
    ESCALATE_MESSAGE = "escalate_message"


class View(StrEnum):
    OPENING_FORM = "opening_form"
    OPENING_PROGRESS = "opening_progress"
    ROOM_MENU = "room_menu"


class Action(StrEnum):
    OPENING_CUSTOMER = "opening_customer"
    OPENING_RETRY = "opening_retry"
    OPENING_ANYWAY = "opening_anyway"
    ACKNOWLEDGE = "acknowledge"
    ROOM_MENU_OPEN = "room_menu_open"


class Marker(StrEnum):
    """First block_id of a message of ours, by which it is found again."""

    CARD = "card"
    PLAN = "plan"
    ANNOUNCEMENT = "announcement"
    PROGRESS = "progress"
    NOTE = "note"

    def of(self, identity: int) -> str:
        return f"{self.value}:{identity}"
