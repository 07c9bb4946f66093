"""The workspace the demo and the tests begin with."""

from bot.sandbox.workspace import Channel, User, Workspace

TEAM = "T0NORTH01"
BOT, BOT_ID = "U0WARROOM", "B0WARROOM"
LEA, MAX, EVA, SAM, NOOR, ADA, KIM, EXT = (
    "U0LEA0001",
    "U0MAX0001",
    "U0EVA0001",
    "U0SAM0001",
    "U0NOOR001",
    "U0ADA0001",
    "U0KIM0001",
    "U0EXT0001",
)
GENERAL, SUPPORT, LEADERSHIP, ESCALATIONS = "C0GENERAL", "C0SUPPORT", "C0LEADERS", "C0ESCALAT"
SRE, COMMS = "S0SRE0001", "S0COMMS01"
CREATED = 1_790_000_000


def demo_workspace() -> Workspace:
    """Return a fresh workspace with eight people, four channels and two user groups."""
    people = _people()
    own = [LEA, MAX, EVA, SAM, NOOR]
    channels = [
        _channel(GENERAL, "general", [*own, KIM]),
        _channel(SUPPORT, "support", [*own, EXT]),
        _channel(LEADERSHIP, "leadership", [NOOR, EVA]),
        _channel(ESCALATIONS, "escalations", [*own, BOT]),
    ]
    return Workspace(
        team_id=TEAM,
        name="Northwind Support",
        domain="northwind",
        bot_user=BOT,
        bot_id=BOT_ID,
        users={user.id: user for user in people},
        groups={
            SRE: {"id": SRE, "handle": "sre", "name": "SRE on call", "users": [MAX, EVA]},
            COMMS: {"id": COMMS, "handle": "comms", "name": "Comms", "users": [SAM]},
        },
        channels={channel.id: channel for channel in channels},
    )


def _people() -> list[User]:
    return [
        User(id=LEA, name="lea", real_name="Lea Brandt", team_id=TEAM, title="Support lead"),
        User(id=MAX, name="max", real_name="Max Oduya", team_id=TEAM, title="Engineer"),
        User(
            id=EVA,
            name="eva",
            real_name="Eva Lindqvist",
            team_id=TEAM,
            title="Escalation manager",
            is_admin=True,
        ),
        User(id=SAM, name="sam", real_name="Sam Reyes", team_id=TEAM, title="Comms lead"),
        User(id=NOOR, name="noor", real_name="Noor Haddad", team_id=TEAM, title="VP Support"),
        User(
            id=ADA,
            name="ada",
            real_name="Ada Moreau",
            team_id=TEAM,
            title="Chief operating officer",
        ),
        User(
            id=KIM,
            name="kim",
            real_name="Kim Sato",
            team_id=TEAM,
            title="Contractor (guest)",
            is_restricted=True,
        ),
        User(id=EXT, name="pat", real_name="Pat (Acme)", team_id="T0ACME001", title="Customer"),
        User(id=BOT, name="warroom", real_name="Warroom", team_id=TEAM, is_bot=True),
    ]


def _channel(channel_id: str, name: str, members: list[str]) -> Channel:
    return Channel(id=channel_id, name=name, creator=EVA, created=CREATED, members=list(members))
