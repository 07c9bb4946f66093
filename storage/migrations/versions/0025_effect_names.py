"""Effects are called by other names; what is stored of them, waiting or dead, follows."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = {
    "DrawCall": "RefreshMeeting",
    "DrawReminders": "RefreshReminders",
    "HearCustomer": "RecordCustomerReply",
    "LookAtMessage": "ReconcileMessage",
    "NoteChange": "PostChange",
    "NoteMinute": "RecordMinute",
    "OfferRole": "InviteToRole",
    "SayInRoom": "PostInRoom",
    "ShowAnswer": "ShowInvitationAnswer",
    "TellDigestChannel": "ConfirmSubscription",
    "TellItem": "PostItem",
    "TellItemOwner": "NotifyItemOwner",
    "TellNotice": "PostClockNotice",
    "TellOwner": "NotifyManager",
    "TellReopened": "NotifySponsor",
    "TellRequester": "NotifyRequester",
    "TellSubscriber": "ReportDigestFailure",
    "WarnOfSharing": "PostSharingWarning",
}
# What their keys begin with.
KEYS = {"look:": "message:", "call:": "meeting:", "draw_reminders:": "refresh_reminders:"}
OUTBOX = sa.table("outbox", sa.column("kind"), sa.column("key"))


def upgrade() -> None:
    _rename(KINDS, KEYS)


def downgrade() -> None:
    _rename(
        {new: old for old, new in KINDS.items()},
        {new: old for old, new in KEYS.items()},
    )


def _rename(kinds: Mapping[str, str], keys: Mapping[str, str]) -> None:
    kind, key = OUTBOX.c.kind, OUTBOX.c.key
    named = sa.update(OUTBOX).where(kind.in_(kinds))
    op.execute(named.values(kind=sa.case(kinds, value=kind)))
    for old, new in keys.items():
        held = sa.update(OUTBOX).where(key.startswith(old, autoescape=True))
        op.execute(held.values(key=new + sa.func.substr(key, len(old) + 1)))
