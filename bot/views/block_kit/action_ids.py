"""Every action_id, callback_id and message marker, once; handlers listen to these names."""

from enum import StrEnum

VALUE = "value"  # action_id of inputs that nobody listens to


class Shortcut(StrEnum):
    OPEN_ESCALATION = "open_escalation"
    ESCALATE_MESSAGE = "escalate_message"
    LOG_DECISION = "log_decision"
    ADD_ACTION = "add_action"


class View(StrEnum):
    OPENING_FORM = "opening_form"
    OPENING_PROGRESS = "opening_progress"
    ROOM_MENU = "room_menu"
    ITEM_FORM = "item_form"
    WHOLE_PLAN = "whole_plan"
    SITUATION_FORM = "situation_form"
    MOVE_FORM = "move_form"
    PAUSE_FORM = "pause_form"
    MOVE_REFUSED = "move_refused"
    HOME = "home"
    BREACH_FORM = "breach_form"
    RECOVERY_FORM = "recovery_form"
    RHYTHM_SKIP_FORM = "rhythm_skip_form"
    HUB = "hub"
    WORD_FORM = "word_form"
    ANSWER = "answer"


class Action(StrEnum):
    COMMAND_RUN = "command_run"
    COMMAND_NOTE = "command_note"
    OPENING_CUSTOMER = "opening_customer"
    OPENING_RETRY = "opening_retry"
    OPENING_ANYWAY = "opening_anyway"
    ACKNOWLEDGE = "acknowledge"
    ROOM_MENU_OPEN = "room_menu_open"
    ITEM_EDIT = "item_edit"
    ITEM_DONE = "item_done"
    ITEM_ADD = "item_add"
    PLAN_ALL = "plan_all"
    PLAN_PAGE = "plan_page"
    SITUATION = "situation"
    MOVE = "move"
    ROLE_ACCEPT = "role_accept"
    ROLE_DECLINE = "role_decline"
    REMINDER_DONE = "reminder_done"
    REMINDER_SNOOZE = "reminder_snooze"
    REMINDER_STOP = "reminder_stop"
    HOME_OPEN = "home_open"
    HOME_MUTE = "home_mute"
    HOME_SCOPE = "home_scope"
    HOME_SEVERITY = "home_severity"
    HOME_BACK = "home_back"
    HOME_MORE = "home_more"
    HOME_ACKNOWLEDGE = "home_acknowledge"
    RUNG_ACKNOWLEDGE = "rung_acknowledge"
    BREACH_RECORD = "breach_record"
    RECOVERY_NOTE = "recovery_note"
    CALL_DONE = "call_done"
    CALL_SKIP = "call_skip"
    RHYTHM_SKIP = "rhythm_skip"
    HUB = "hub"  # with the entry's key behind a colon: no two in a block may be the same


class Marker(StrEnum):
    """First block_id of a message of ours, by which it is found again."""

    CARD = "card"
    PLAN = "plan"
    ANNOUNCEMENT = "announcement"
    PROGRESS = "progress"
    NOTE = "note"
    ITEM = "item"
    DIGEST = "digest"
    DIGEST_DETAILS = "digest_details"
    SAID = "said"
    CLOCKS = "clocks"
    NOTICE = "notice"
    RUNG = "rung"  # of one line in a message, and not of the message
    CALL = "call"
    REMINDER = "reminder"
    REMINDER_LINE = "reminder_line"  # of one thing in a message, and not of the message

    def of(self, identity: int | str) -> str:
        return f"{self.value}:{identity}"
