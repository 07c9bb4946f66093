"""The rules a policy keeps, whatever it was read from."""

from dataclasses import replace

import pytest

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Severity
from bot.domain.mistakes import Unusable
from bot.domain.people import RoleKey, SlackUserId
from bot.domain.plan.playbook import ActionTemplate, MilestoneTemplate, Phase, Playbook
from bot.domain.policy.policy import (
    ChannelPolicy,
    Defaults,
    Policy,
    ReactionKind,
    RolePolicy,
    SeverityPolicy,
)
from bot.domain.time.duration import Duration

MANAGER = RoleKey("escalation_manager")
LEAD = RoleKey("technical_lead")
MILESTONE = MilestoneTemplate(title="Fixed", done_when="It runs", phase=Phase.FIX)
ACTION = ActionTemplate(text="Call the customer", due=Duration.parse("1 h"))
PLAYBOOK = Playbook(exit_criteria=("It runs",), milestones=(MILESTONE,) * 3, actions=(ACTION,))
SEVERITY = SeverityPolicy(name="Bad", meaning="It hurts", playbook=PLAYBOOK)
POLICY = Policy(
    severities=dict.fromkeys(Severity, SEVERITY),
    roles={MANAGER: RolePolicy(title="Escalation manager")},
)


def mistakes(made: pytest.ExceptionInfo[Unusable]) -> list[str]:
    return [str(mistake) for mistake in made.value.mistakes]


def test_a_policy_needs_no_more_than_severities_and_an_escalation_manager() -> None:
    assert POLICY.severity(Severity.S2) is SEVERITY
    assert POLICY.channels.announce is None
    assert POLICY.defaults.severity is Severity.S3
    assert POLICY.defaults.tier is Tier.STANDARD


def test_every_missing_severity_and_role_is_named_at_once() -> None:
    with pytest.raises(Unusable) as refused:
        Policy(severities={Severity.S1: SEVERITY, Severity.S3: SEVERITY}, roles={})

    assert mistakes(refused) == [
        "severities: s2, s4 missing; expected all of s1, s2, s3, s4",
        "roles: escalation_manager missing; expected it, because every escalation has one",
    ]


def test_an_action_cannot_name_a_role_that_nobody_can_hold() -> None:
    astray = replace(ACTION, role=LEAD)
    severity = replace(SEVERITY, playbook=replace(PLAYBOOK, actions=(ACTION, astray)))

    with pytest.raises(Unusable) as refused:
        replace(POLICY, severities={**POLICY.severities, Severity.S2: severity})

    assert mistakes(refused) == [
        'severities.s2.playbook.actions[1].role: "technical_lead"; '
        "expected one of escalation_manager"
    ]


@pytest.mark.parametrize("key", ["Technical lead", "2nd", "", "a" * 41, "requester", "responder"])
def test_a_role_key_is_one_plain_word_that_warroom_does_not_use_itself(key: str) -> None:
    with pytest.raises(Unusable, match=r"^roles\."):
        replace(POLICY, roles={**POLICY.roles, RoleKey(key): RolePolicy(title="Somebody")})


@pytest.mark.parametrize("emoji", [":scales:", "Scales", "raised hand", ""])
def test_an_emoji_that_slack_would_never_report_is_refused(emoji: str) -> None:
    with pytest.raises(Unusable, match="expected an emoji's name without colons"):
        replace(POLICY, reactions={emoji: ReactionKind.RISK})


@pytest.mark.parametrize("emoji", ["+1", "100", "e-mail", "white_check_mark", "überraschung"])
def test_an_emoji_of_slack_or_of_the_workspace_may_have_a_kind(emoji: str) -> None:
    policy = replace(POLICY, reactions={emoji: ReactionKind.DONE})

    assert policy.reactions[emoji] is ReactionKind.DONE


@pytest.mark.parametrize(
    ("criteria", "milestones", "actions", "expected"),
    [
        (0, 3, 1, "exit_criteria: 0 of them; expected 1 to 7"),
        (8, 3, 1, "exit_criteria: 8 of them; expected 1 to 7"),
        (1, 2, 1, "milestones: 2 of them; expected 3 to 7"),
        (1, 8, 1, "milestones: 8 of them; expected 3 to 7"),
        (1, 3, 16, "actions: 16 of them; expected 0 to 15"),
    ],
)
def test_a_playbook_fits_on_one_screen(
    criteria: int, milestones: int, actions: int, expected: str
) -> None:
    with pytest.raises(Unusable) as refused:
        Playbook(
            exit_criteria=("It runs",) * criteria,
            milestones=(MILESTONE,) * milestones,
            actions=(ACTION,) * actions,
        )

    assert mistakes(refused) == [expected]


@pytest.mark.parametrize(("milestones", "actions"), [(3, 0), (7, 15)])
def test_a_playbook_may_use_all_of_its_screen(milestones: int, actions: int) -> None:
    playbook = Playbook(
        exit_criteria=("It runs",),
        milestones=(MILESTONE,) * milestones,
        actions=(ACTION,) * actions,
    )

    assert len(playbook.milestones) == milestones


def test_the_words_of_a_severity_fit_where_slack_shows_them() -> None:
    assert replace(SEVERITY, meaning="x" * 75).meaning == "x" * 75

    with pytest.raises(Unusable) as refused:
        replace(SEVERITY, name="x" * 31, meaning="x" * 76)

    assert mistakes(refused) == [
        "name: 31 characters; expected at most 30",
        "meaning: 76 characters; expected at most 75",
    ]


def test_every_wrong_id_of_a_role_is_named() -> None:
    with pytest.raises(Unusable) as refused:
        RolePolicy(
            title="Lead",
            people=(SlackUserId("U0123ABCD"), SlackUserId("@max")),
            groups=("S0123ABCD", "U0123ABCD"),
        )

    assert mistakes(refused) == [
        'people[1]: "@max"; expected a person\'s Slack id such as U0123ABCD',
        'groups[1]: "U0123ABCD"; expected a user group\'s Slack id such as S0123ABCD',
    ]


@pytest.mark.parametrize("announce", ["#general", "general", "D0123ABCD", ""])
def test_announcements_go_to_a_channel_id_or_nowhere(announce: str) -> None:
    with pytest.raises(Unusable, match="expected a channel's Slack id such as C0123ABCD"):
        ChannelPolicy(announce=announce)


@pytest.mark.parametrize("prefix", ["", "Esc", "esc-", "esc room", "x" * 13])
def test_rooms_are_not_given_a_prefix_that_slack_refuses(prefix: str) -> None:
    with pytest.raises(Unusable, match="expected 1 to 12 lowercase letters or digits"):
        ChannelPolicy(name_prefix=prefix)


@pytest.mark.parametrize("zone", ["Mars", "", "../etc/passwd", "Europe", "Europe/Lisbon\0"])
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(Unusable, match="expected an IANA name such as Europe/Lisbon"):
        Defaults(time_zone=zone)


def test_roles_are_invited_for_all_severities_or_those_they_name() -> None:
    sponsor = RoleKey("exec_sponsor")
    only_the_worst = RolePolicy(title="Executive sponsor", severities=(Severity.S1,))
    policy = replace(POLICY, roles={**POLICY.roles, sponsor: only_the_worst})

    assert list(policy.roles_for(Severity.S1)) == [MANAGER, sponsor]
    assert list(policy.roles_for(Severity.S2)) == [MANAGER]


def test_a_role_the_policy_has_forgotten_is_still_called_something() -> None:
    assert POLICY.role_title(MANAGER) == "Escalation manager"
    assert POLICY.role_title(RoleKey("duty_manager")) == "Duty manager"
