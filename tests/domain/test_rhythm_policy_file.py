"""The policy's section `rhythms`: read in full, and its mistakes told with line and expectation."""

from pathlib import Path

import pytest

from bot.domain.escalation.escalation import Severity
from bot.domain.meetings.policy import CadenceKind
from bot.policy_file import PolicyError, load
from tests.domain.test_policy_file import SOUND

ALL = """\
rhythms:
  s1:
    checkpoint:
      at: [09:30, "16:00"]
      first: 1 h
      length: 15 min
      meeting_link: https://meet.example.com/{number}
      where: the huddle of this channel
"""


def test_all_of_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(SOUND + ALL)

    rhythm = load(file).rhythm(Severity.S1, CadenceKind.CHECKPOINT)

    assert rhythm is not None
    assert [str(at) for at in rhythm.at] == ["09:30", "16:00"]
    assert (str(rhythm.first), str(rhythm.length), rhythm.every) == ("1 h", "15 min", None)
    assert rhythm.link_for("ESC-2026-0001") == "https://meet.example.com/ESC-2026-0001"
    assert rhythm.where == "the huddle of this channel"


def test_without_the_section_nothing_comes_round(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(SOUND)

    assert load(file).rhythm(Severity.S1, CadenceKind.CHECKPOINT) is None


def test_what_ships_is_what_the_handbook_says() -> None:
    policy = load(None)

    assert set(policy.rhythms) == {Severity.S1, Severity.S2}
    update = policy.rhythm(Severity.S1, CadenceKind.EXEC_UPDATE)
    assert update is not None
    assert (str(update.first), str(update.every)) == ("30 min", "60 min")
    checkpoint = policy.rhythm(Severity.S2, CadenceKind.CHECKPOINT)
    assert checkpoint is not None
    assert len(checkpoint.at) == 2


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        (
            "checkpoint: {at: ['9 Uhr']}",
            3,
            'checkpoint.at[0]: "9 Uhr"; expected a time of day such as "09:30"',
        ),
        (
            "checkpoint: {every: 1 h, at: [09:30]}",
            3,
            "checkpoint: both every and at; expected one of them",
        ),
        ("exec_update: {first: 1 h}", 3, "exec_update: no every and no at; expected one of them"),
        (
            "triage: {first: 5 min, every: 1 h}",
            3,
            "triage: a triage call that returns; expected first and neither every nor at, because "
            "it is held once",
        ),
        (
            "standup: {every: 1 h}",
            3,
            'standup: "standup"; expected one of triage, checkpoint, exec_update',
        ),
        (
            "checkpoint:\n      every: 5 min",
            4,
            'checkpoint.every: "5 min"; expected at least 15 min',
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, written: str, line: int, said: str
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(f"{SOUND}rhythms:\n  s1:\n    {written}\n")

    with pytest.raises(PolicyError) as refused:
        load(file)

    at = SOUND.count("\n") + line
    assert refused.value.findings == [f"{file}:{at}: rhythms.s1.{said}"]
