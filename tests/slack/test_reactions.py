"""Reactions in several skin tones are one emoji's."""

from bot.slack.gateway import _by_emoji


def test_people_who_react_in_different_skin_tones_all_count_and_nobody_twice() -> None:
    seen = _by_emoji(
        [
            {"name": "raised_hand::skin-tone-3", "users": ["U1"]},
            {"name": "raised_hand", "users": ["U2", "U1"]},
            {"name": "raised_hand::skin-tone-6", "users": ["U3"]},
            {"name": "eyes", "users": ["U3"]},
        ]
    )

    assert seen == {"raised_hand": ["U1", "U2", "U3"], "eyes": ["U3"]}
