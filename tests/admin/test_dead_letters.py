"""What was given up is seen by the admin, and tried again by a bot that is running."""

import json

from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.workspace import Channel
from tests.admin.command_line import environment, types_beside
from tests.war_room import WarRoom, marked, open_war_room


async def fails_to_say(war_room: WarRoom) -> Channel:
    """Change the severity on a day when Slack lets nothing be said in the room."""
    room = await war_room.opens()
    refused = Fault(kind=FaultKind.ERROR, method="chat.postMessage", error="restricted_action")
    war_room.sandbox.faults.add(refused)
    await war_room.types("severity s1 all sites", where=room.id)
    await war_room.settles()
    assert marked(room, "note") == []
    return room


async def test_a_dead_letter_is_listed_and_tried_again(database_url: str) -> None:
    async with open_war_room(database_url) as war_room:
        room = await fails_to_say(war_room)
        settings = environment(database_url, war_room.sandbox.base_url)
        listed = await types_beside("dead-letters", **settings)
        letters = json.loads((await types_beside("dead-letters", "--json", **settings)).stdout)

        again = await types_beside("dead-letters", "retry", str(letters[0]["id"]), **settings)
        await war_room.settles()

        assert "PostChange  escalation 1" in listed.output
        assert "doesn't let Warroom" in listed.output
        assert again.output == "1 queued again.\n"
        assert len(marked(room, "note")) == 1
        none = await types_beside("dead-letters", **settings)
        assert none.output == "No dead letters.\n"


async def test_one_that_is_none_is_refused_and_nothing_is_changed(database_url: str) -> None:
    async with open_war_room(database_url) as war_room:
        await fails_to_say(war_room)
        settings = environment(database_url, war_room.sandbox.base_url)
        letters = json.loads((await types_beside("dead-letters", "--json", **settings)).stdout)

        wrong = await types_beside(
            "dead-letters", "retry", str(letters[0]["id"]), "999", **settings
        )
        unnamed = await types_beside("dead-letters", "retry", **settings)

        assert (wrong.exit_code, unnamed.exit_code) == (1, 2)
        assert "No dead letter 999" in wrong.output
        assert "--all" in unnamed.output
        everything = await types_beside("dead-letters", "retry", "--all", **settings)
        assert everything.output == "1 queued again.\n"
