"""What a failed call to Slack means: try later, look first, or give up and say why.

SlackFailure
├── TransientError   certainly not performed; try again after a while
├── OutcomeUnknown   perhaps performed; look before repeating
└── PermanentError   will never work like this; a person has to do something
    └── NameTaken    a channel of that name exists, maybe unseen by us
"""

import asyncio
import json
from datetime import timedelta
from typing import Any, ClassVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

DEFAULT_WAIT = timedelta(seconds=5)
# The organisation has to change something first; asking often would only make noise.
ORGANISATION_WAIT = timedelta(minutes=15)


class SlackFailure(Exception):
    """A call to Slack that did not end well.

    Attributes:
        reason: In words fit for a person.
        outcome: The kind of failure, in one word.
    """

    outcome: ClassVar[str] = "failed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientError(SlackFailure):
    outcome = "later"

    def __init__(self, after: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.after = after


class OutcomeUnknown(SlackFailure):
    outcome = "unknown"


class PermanentError(SlackFailure):
    """Attributes: `code` is Slack's word for it, `reason` says what to do as well."""

    outcome = "refused"

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class NameTaken(PermanentError):
    pass


REFUSED = (
    "Slack no longer accepts Warroom's token. Ask the admin to reinstall the app in Slack and to "
    "update SLACK_BOT_TOKEN."
)
AUTH_CODES = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_allowed_token_type",
    }
)
ORGANISATION_CODES = frozenset(
    {
        "access_denied",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "org_login_required",
        "team_added_to_org",
        "team_access_not_granted",
        "two_factor_setup_required",
    }
)
UNKNOWN_CODES = frozenset(
    {
        "internal_error",
        "fatal_error",
        "request_timeout",
        "service_unavailable",
        "update_failed",
        "file_update_failed",
    }
)
# Slack takes the bytes of a file first and looks at them a moment later.
NOT_READY_CODES = frozenset({"file_not_found"})
RATE_CODES = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

NO_CREATING = (
    "This workspace doesn't let Warroom create channels. Ask a workspace admin to allow apps to "
    "create channels (Settings → Permissions → Channel management)."
)
GONE = "The channel doesn't exist, or Warroom isn't in it. Run /invite @Warroom there."
REASONS: dict[str, str] = {
    "restricted_action": NO_CREATING,
    "cannot_create_channel": NO_CREATING,
    "user_is_restricted": NO_CREATING,
    "channel_not_found": GONE,
    "not_in_channel": GONE,
    "is_archived": "The channel is archived. Unarchive it to continue.",
    "user_not_found": "Slack can't find that person.",
    "user_not_visible": "Warroom can't see that person.",
    "cant_invite": "Slack doesn't let Warroom invite that person.",
    "message_not_found": "The message was deleted.",
    "cant_update_message": "Slack doesn't let Warroom edit that message.",
    "edit_window_closed": "This workspace doesn't allow edits to messages that old.",
    "too_many_pins": "The channel has reached Slack's pin limit. Unpin something.",
    "too_many_bookmarks": "The channel has reached Slack's bookmark limit.",
    "invalid_link": "Slack doesn't accept that link as a bookmark.",
    "permission_denied": "Slack doesn't let Warroom do that in this channel.",
    "expired_trigger_id": "It took more than the three seconds Slack allows to open a form.",
    "exchanged_trigger_id": "Slack had already handled that click.",
    "invalid_trigger_id": "Slack didn't recognise that click.",
    "invalid_channel": GONE,
    "posting_to_channel_denied": "Slack doesn't let Warroom post files in this channel.",
    "file_uploads_disabled": "This workspace doesn't let apps upload files.",
    "file_type_not_allowed": "This workspace doesn't allow files of that type.",
    "file_upload_size_restricted": "The file is too large for this workspace.",
    "storage_limit_reached": "The workspace has run out of file storage.",
    "plan_upgrade_required": "User groups need a paid Slack plan.",
    "no_such_subteam": "User group not found. Correct its ID in the policy.",
    "messages_tab_disabled": "Direct messages from Warroom are turned off in the app's settings.",
}


def translate(error: Exception) -> SlackFailure:
    """Return what an exception of the SDK or of the connection means."""
    if isinstance(error, SlackApiError):
        return _from_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return TransientError(DEFAULT_WAIT, "Couldn't reach Slack.")
    if isinstance(error, asyncio.TimeoutError | aiohttp.ClientError):
        return OutcomeUnknown("Slack didn't respond in time.")
    if isinstance(error, SlackRequestError | json.JSONDecodeError):
        return OutcomeUnknown("Slack sent an unexpected response.")
    raise error


def _from_answer(error: SlackApiError) -> SlackFailure:
    response: Any = error.response
    status = response.status_code
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error") or "")
    if status == 429 or code in RATE_CODES:  # HTTP's own word
        return TransientError(_retry_after(response.headers), "Slack is rate limiting Warroom.")
    if status >= 500 or code in UNKNOWN_CODES or not code:
        return OutcomeUnknown("Slack is having trouble right now.")
    if code in NOT_READY_CODES:
        return TransientError(DEFAULT_WAIT, "Slack is still processing the file.")
    if code in ORGANISATION_CODES:
        return TransientError(
            ORGANISATION_WAIT, f"The organisation's settings hold Slack back ({code})."
        )
    return _final(code, data)


def _final(code: str, data: dict[str, Any]) -> PermanentError:
    if code in AUTH_CODES:
        return PermanentError(code, REFUSED)
    if code == "missing_scope":
        needed = data.get("needed") or "unknown"
        return PermanentError(
            code,
            f"Warroom lacks the Slack permission {needed}. Ask the admin to update the app from "
            "app.yaml and to reinstall it.",
        )
    if code == "name_taken":
        return NameTaken(code, "A channel with that name already exists.")
    return PermanentError(
        code, REASONS.get(code, f"Slack refused ({code}). Share this code with your admin.")
    )


def _retry_after(headers: Any) -> timedelta:
    lowered = {str(name).lower(): value for name, value in dict(headers).items()}
    try:
        return timedelta(seconds=max(float(lowered["retry-after"]), 0.1))
    except (KeyError, TypeError, ValueError):
        return DEFAULT_WAIT
