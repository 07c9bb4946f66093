"""Whom a refusal names is a value: a name in Slack, an id where nobody can be named."""

from bot.domain.errors import Conflict, NotAllowed
from bot.views import replies

EVA = "U0EVA0001"


def test_who_is_named_becomes_a_person_and_other_braces_stay_words() -> None:
    error = NotAllowed("Only {owner} may, says {everybody} of <@U0MAX0001>.", owner=EVA)

    drawn = replies.explained(error)

    assert [one["type"] for one in drawn] == ["text", "user", "text", "text", "text"]
    assert drawn[1]["user_id"] == EVA
    said = "".join(str(one.get("text", "…")) for one in drawn)
    assert said == "Only … may, says {everybody} of <@U0MAX0001>."


def test_where_nobody_can_be_named_their_id_stands() -> None:
    error = Conflict("{by} saved this.", by=EVA)

    assert (error.message, str(error)) == ("@U0EVA0001 saved this.", "@U0EVA0001 saved this.")
    assert replies.refusal(error).text == "@U0EVA0001 saved this."
