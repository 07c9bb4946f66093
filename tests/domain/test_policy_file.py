"""The policy file: what ships with Warroom is sound, and every mistake is told with its line."""

from pathlib import Path

import pytest

from bot.domain.escalation.customer import Tier
from bot.domain.escalation.escalation import Severity
from bot.domain.people import RoleKey
from bot.domain.plan.playbook import Phase
from bot.domain.policy.policy import ReactionKind
from bot.policy_file import MOST_BYTES, PolicyError, load

SOUND = """\
severities:
  s1: &worst
    name: Critical
    meaning: Everything stands still
    playbook: &plan
      exit_criteria: [It runs]
      milestones:
        - {title: Known, done_when: Proven, phase: diagnose, due: 8 h}
        - {title: Fixed, done_when: Deployed, phase: fix, due: 2 bd}
        - {title: Agreed, done_when: They agree, phase: verify}
      actions:
        - text: Call the customer, then write
          role: technical_lead
          due: 15 min
  s2: *worst
  s3: {name: Medium, meaning: It hurts, playbook: *plan}
  s4: {name: Low, meaning: It itches, playbook: *plan}
roles:
  escalation_manager: {title: Escalation manager}
  technical_lead:
    title: Technical lead
    people: [U0123ABCD]
    groups: [S0123ABCD]
    severities: [s1, s2]
channels:
  announce: C0123ABCD
  name_prefix: war
reactions:
  +1: done
  scales: decision
defaults:
  severity: s2
  private: yes
  tier: growth
  time_zone: Europe/Lisbon
"""
DURATION = 'a duration such as "30 min", "4 h", "8 bh" (business hours) or "2 bd" (business days)'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.yaml"


def findings(file: Path) -> list[str]:
    """Load the file, and return what is said of it without the folder it lies in."""
    with pytest.raises(PolicyError) as refused:
        load(file)
    assert str(refused.value).splitlines() == refused.value.findings
    return [finding.removeprefix(f"{file.parent}/") for finding in refused.value.findings]


def test_the_policy_that_ships_is_sound_and_says_enough_to_start_with() -> None:
    policy = load(None)

    assert list(policy.severities) == list(Severity)
    for of_severity in policy.severities.values():
        assert 3 <= len(of_severity.playbook.milestones) <= 6
        assert 4 <= len(of_severity.playbook.actions) <= 8
        assert 3 <= len(of_severity.playbook.exit_criteria) <= 5
    assert set(policy.reactions.values()) == set(ReactionKind)
    assert not any(role.people or role.groups for role in policy.roles.values())


def test_text_that_no_database_takes_is_taken_out(file: Path) -> None:
    file.write_text(SOUND.replace("name: Critical", 'name: "Crit\\0ical \\ud800"'))

    assert load(file).severities[Severity.S1].name == "Critical \ufffd"


def test_a_copy_of_the_policy_that_ships_is_the_same_policy(file: Path) -> None:
    file.write_bytes((Path(__file__).parents[2] / "bot" / "policy.yaml").read_bytes())

    assert load(file) == load(None)


def test_everything_written_in_the_file_is_in_the_policy(file: Path) -> None:
    file.write_text(SOUND)

    policy = load(file)

    worst = policy.severity(Severity.S1)
    assert worst.name == "Critical"
    assert worst.playbook.exit_criteria == ("It runs",)
    assert worst.playbook.milestones[0].phase is Phase.DIAGNOSE
    assert str(worst.playbook.milestones[1].due) == "2 bd"
    assert worst.playbook.milestones[2].due is None
    assert worst.playbook.actions[0].text == "Call the customer, then write"
    assert policy.severity(Severity.S2) == worst
    lead = policy.roles[RoleKey("technical_lead")]
    assert lead.people == ("U0123ABCD",)
    assert lead.groups == ("S0123ABCD",)
    assert lead.severities == (Severity.S1, Severity.S2)
    assert policy.channels.announce == "C0123ABCD"
    assert policy.channels.name_prefix == "war"
    assert policy.reactions == {"+1": ReactionKind.DONE, "scales": ReactionKind.DECISION}
    assert policy.defaults.severity is Severity.S2
    assert policy.defaults.private is True
    assert policy.defaults.tier is Tier.GROWTH
    assert policy.defaults.time_zone == "Europe/Lisbon"


@pytest.mark.parametrize("prefix", ["\ufeff", "---\n", "%YAML 1.1\n---\n", "# äöü ⋮\n"])
def test_what_editors_put_before_the_first_line_does_no_harm(file: Path, prefix: str) -> None:
    file.write_text(prefix + SOUND, encoding="utf-8")

    assert load(file).channels.name_prefix == "war"


# What is changed in the sound file, and what is said of it.
MISTAKES = {
    "a duration with a typo": (
        "due: 8 h",
        "due: 8 hous",
        f'8: severities.s1.playbook.milestones[0].due: "8 hous"; expected {DURATION}',
    ),
    "a duration without a unit": (
        "due: 15 min",
        "due: 15",
        f'14: severities.s1.playbook.actions[0].due: "15"; expected {DURATION}',
    ),
    "a name with a typo": (
        "          role: technical_lead",
        "          rol: technical_lead",
        "13: severities.s1.playbook.actions[0].rol: unknown name; expected one of text, due, "
        'role; did you mean "role"?',
    ),
    "a name from nowhere": (
        "  name_prefix: war",
        "  zzz: war",
        "27: channels.zzz: unknown name; expected one of announce, leadership, name_prefix",
    ),
    "a section from nowhere": (
        "defaults:",
        "default:",
        "31: default: unknown name; expected one of severities, roles, channels, reactions, "
        "categories, lifecycle, rhythms, reminders, defaults, calendars, clocks, pauses, ladder; "
        'did you mean "defaults"?',
    ),
    "something missing": (
        "    title: Technical lead\n",
        "",
        "21: roles.technical_lead.title: missing; expected it to be set",
    ),
    "a value left out": (
        "meaning: Everything stands still",
        "meaning:",
        "4: severities.s1.meaning: nothing; expected some text",
    ),
    "null where text belongs": (
        "name: Critical",
        "name: null",
        '3: severities.s1.name: "null"; expected text; put "quotes" around it',
    ),
    "a number where text belongs": (
        "name: Critical",
        "name: 1.10",
        '3: severities.s1.name: "1.10"; expected text; put "quotes" around it',
    ),
    "a list where text belongs": (
        "name: Critical",
        "name: [Critical]",
        "3: severities.s1.name: a list; expected a single value",
    ),
    "names where a list belongs": (
        "people: [U0123ABCD]",
        "people: {max: U0123ABCD}",
        "22: roles.technical_lead.people: names with values; "
        "expected a list (each line begins with -)",
    ),
    "text where a list belongs": (
        "people: [U0123ABCD]",
        "people: U0123ABCD",
        '22: roles.technical_lead.people: "U0123ABCD"; expected a list (each line begins with -)',
    ),
    "a list with only comments": (
        "people: [U0123ABCD]",
        "people:",
        "22: roles.technical_lead.people: nothing; expected a list (each line begins with -)",
    ),
    "text where names belong": (
        "  escalation_manager: {title: Escalation manager}",
        "  escalation_manager: Escalation manager",
        '19: roles.escalation_manager: "Escalation manager"; '
        "expected names with values (name: value)",
    ),
    "a name that is a list": (
        "  scales: decision",
        "  [scales]: decision",
        "30: reactions: a list; expected a plain name",
    ),
    "neither yes nor no": (
        "private: yes",
        "private: maybe",
        '33: defaults.private: "maybe"; expected true or false',
    ),
    "a number for yes or no": (
        "private: yes",
        "private: 1",
        '33: defaults.private: "1"; expected true or false',
    ),
    "a word outside the choice": (
        "phase: verify",
        "phase: verified",
        '10: severities.s1.playbook.milestones[2].phase: "verified"; '
        "expected one of contain, diagnose, fix, verify, prevent",
    ),
    "a kind that reactions do not have": (
        "  scales: decision",
        "  scales: verdict",
        '30: reactions.scales: "verdict"; '
        "expected one of decision, action, risk, blocker, promise, note, done",
    ),
    "a severity that does not exist": (
        "  s4:",
        "  s5:",
        '17: severities.s5: "s5"; expected one of s1, s2, s3, s4',
    ),
    "a severity forgotten": (
        "  s4: {name: Low, meaning: It itches, playbook: *plan}\n",
        "",
        "2: severities: s4 missing; expected all of s1, s2, s3, s4",
    ),
    "a severity twice": (
        "  s4:",
        "  s3:",
        "17: severities.s3: a second time (first in line 16); expected it once",
    ),
    "an emoji twice": (
        "  scales: decision",
        "  +1: decision",
        "30: reactions.+1: a second time (first in line 29); expected it once",
    ),
    "an emoji with colons": (
        "  scales: decision",
        '  ":scales:": decision',
        '30: reactions.:scales:: ":scales:"; '
        "expected an emoji's name without colons, such as raised_hand",
    ),
    "nobody to manage escalations": (
        "  escalation_manager:",
        "  manager:",
        "19: roles: escalation_manager missing; expected it, because every escalation has one",
    ),
    "too few milestones": (
        "        - {title: Agreed, done_when: They agree, phase: verify}\n",
        "",
        "8: severities.s1.playbook.milestones: 2 of them; expected 3 to 7",
    ),
    "a meaning that Slack would cut": (
        "Everything stands still",
        "x" * 76,
        "4: severities.s1.meaning: 76 characters; expected at most 75",
    ),
    "a person by name": (
        "[U0123ABCD]",
        '[U0123ABCD, "@max"]',
        '22: roles.technical_lead.people[1]: "@max"; '
        "expected a person's Slack id such as U0123ABCD",
    ),
    "a channel by name": (
        "announce: C0123ABCD",
        'announce: "#escalations"',
        '26: channels.announce: "#escalations"; expected a channel\'s Slack id such as C0123ABCD',
    ),
    "a time zone that does not exist": (
        "Europe/Lisbon",
        "Lisbon",
        '35: defaults.time_zone: "Lisbon"; expected an IANA name such as Europe/Lisbon',
    ),
    "a tag of another program": (
        "name: Critical",
        "name: !!python/object/apply:os.getcwd []",
        "3: severities.s1.name: a list; expected a single value",
    ),
    "an alias to what it stands in": (
        "people: [U0123ABCD]",
        "people: &people [*people]",
        "22: roles.technical_lead.people[0]: a list; expected a single value",
    ),
}


@pytest.mark.parametrize(("sound", "wrong", "said"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_told_with_its_line_and_what_was_expected(
    file: Path, sound: str, wrong: str, said: str
) -> None:
    assert SOUND.count(sound) >= 1
    file.write_text(SOUND.replace(sound, wrong, 1))

    assert f"policy.yaml:{said}" in findings(file)


def test_a_role_that_no_action_can_have_is_told_where_the_action_names_it(file: Path) -> None:
    file.write_text(SOUND.replace("role: technical_lead", "role: tech_lead"))

    said = findings(file)

    # The four severities share one playbook by alias, so it is the same line for each.
    assert said == [
        f"policy.yaml:13: severities.{severity}.playbook.actions[0].role: "
        '"tech_lead"; expected one of escalation_manager, technical_lead'
        for severity in Severity
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(file: Path) -> None:
    wrong = SOUND.replace("name: Critical", "name: 1").replace("s2: *worst", "s2:")
    file.write_text(wrong.replace("tier: growth", "tier: huge").replace("    title: T", "    t: T"))

    said = findings(file)

    assert [finding.split(": ")[0:2] for finding in said] == [
        ["policy.yaml:3", "severities.s1.name"],
        ["policy.yaml:15", "severities.s2"],
        ["policy.yaml:21", "roles.technical_lead.t"],
        ["policy.yaml:21", "roles.technical_lead.title"],
        ["policy.yaml:34", "defaults.tier"],
    ]


BROKEN = {
    "an empty file": (b"", "1: an empty file; expected severities, roles"),
    "only comments": (b"# soon\n", "1: an empty file; expected severities, roles"),
    "a list": (b"- s1\n", "1: the file: a list; expected names with values"),
    "a word": (b"hello", '1: the file: "hello"; expected names with values'),
    "a tab": (b"roles:\n\tlead: 1\n", "2: not YAML: while scanning for the next token, found"),
    "an open bracket": (b"roles:\n  [a, b\n\n", "4: not YAML: while parsing a flow sequence"),
    "an unknown alias": (b"roles:\n\n  a: *b\n", "3: not YAML: found undefined alias 'b'"),
    "two documents": (b"a: b\n---\nc: d\n", "2: not YAML: expected a single document"),
    "a control character": (b"a: b\nc: \x07\n", "2: not YAML: the character U+0007 is not"),
    "bytes of another encoding": (b"a: b\n# caf\xe9\n", "2: not UTF-8; expected text in UTF-8"),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=list(BROKEN))
def test_a_file_that_is_no_policy_is_refused_where_it_goes_wrong(
    file: Path, content: bytes, said: str
) -> None:
    file.write_bytes(content)

    assert findings(file)[0].startswith(f"policy.yaml:{said}")


def test_a_file_that_is_not_there_is_said_to_be_missing(file: Path) -> None:
    assert findings(file) == [
        "policy.yaml: No such file or directory; expected a policy file that can be read"
    ]


def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="Is a directory; expected a policy file"):
        load(tmp_path)


def test_a_file_larger_than_any_policy_is_refused_unread(file: Path) -> None:
    file.write_bytes(b"#" * (MOST_BYTES + 1))

    assert findings(file) == ["policy.yaml: too large; expected at most 1,000,000 bytes"]


def test_aliases_cannot_make_a_small_file_stand_for_a_huge_one(file: Path) -> None:
    people = ", ".join(["U0123ABCD"] * 1000)
    more = "".join(f"  r{i}: *many\n" for i in range(1000))
    many = f"  many: &many {{title: Many, people: [{people}]}}\n"
    file.write_text(SOUND.replace("channels:", f"{many}{more}channels:"))

    said = findings(file)

    assert len(said) == 1
    assert "too many values; expected at most 20,000" in said[0]


def test_nesting_without_end_is_refused(file: Path) -> None:
    file.write_text("[" * 20_000)

    assert findings(file) == ["policy.yaml: nested too deeply; expected a policy"]
