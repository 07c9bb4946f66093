"""The section `reminders` of the policy: read with its types, mistakes told with their line."""

from pathlib import Path

import pytest

from bot import policy_file
from bot.domain.escalation.escalation import Severity
from bot.domain.reminders.policy import ReminderPolicy, TimeOfDay, Where
from bot.policy_file import PolicyError

SHIPPED = Path(__file__).parents[2] / "bot" / "policy.yaml"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    copy = tmp_path / "policy.yaml"
    copy.write_text(SHIPPED.read_text())
    return copy


def test_the_shipped_policy_says_the_defaults() -> None:
    assert policy_file.load(None).reminders == ReminderPolicy()


def test_what_is_written_down_counts(policy: Path) -> None:
    text = policy.read_text()
    text = text.replace("promise: {before: 2 h, where: direct}", "promise: {where: room}")
    text = text.replace("severities: [s3, s4], begin:", "severities: [], begin:")
    policy.write_text(text.replace("most: 8", "most: 2").replace('"08:00"', "9:30"))

    found = policy_file.load(policy).reminders

    assert found.promise.where is Where.ROOM
    assert found.promise.before == ReminderPolicy().promise.before
    assert found.action.most == 2
    assert found.quiet_hours.severities == ()
    assert found.quiet_hours.end == TimeOfDay(hour=9, minute=30)
    assert found.action.before[Severity.S1].count == 1


@pytest.mark.parametrize(
    ("sound", "wrong", "where", "said"),
    [
        ("most: 8", "most: 0", "reminders.action.most", "0 of them; expected 1 to 20"),
        ("most: 8", "most: many", "reminders.action.most", '"many"; expected a whole number'),
        (
            "before: {s1: 1 h, s2: 1 h,",
            "before: {s1: 1 h,",
            "reminders.action.before",
            "s2 missing; expected all of s1, s2, s3, s4",
        ),
        (
            "promise: {before: 2 h, where: direct}",
            "promise: {before: soon, where: direct}",
            "reminders.promise.before",
            '"soon"; expected a duration such as',
        ),
        (
            "promise: {before: 2 h, where: direct}",
            "promise: {before: 2 h, where: email}",
            "reminders.promise.where",
            '"email"; expected one of direct, room',
        ),
        (
            '"08:00"',
            '"8 am"',
            "reminders.quiet_hours.end",
            '"8 am"; expected a time of day such as 08:00',
        ),
        (
            '"08:00"',
            '"19:00"',
            "reminders.quiet_hours.end",
            '"19:00"; expected another time than they begin at',
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    policy: Path, sound: str, wrong: str, where: str, said: str
) -> None:
    text = policy.read_text()
    assert sound in text
    line = text[: text.index(sound)].count("\n") + 1
    policy.write_text(text.replace(sound, wrong, 1))

    with pytest.raises(PolicyError) as refused:
        policy_file.load(policy)

    assert any(
        f"policy.yaml:{line}: {where}: {said}" in finding for finding in refused.value.findings
    ), refused.value.findings
