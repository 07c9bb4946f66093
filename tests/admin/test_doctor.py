"""The doctor names each fault, says what to do, and `run` stops with the same words."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.sandbox.app import create_app
from bot.sandbox.demo import (
    BOT,
    ESCALATIONS,
    LEADERSHIP,
    demo_workspace,
)
from bot.sandbox.faults import Fault, FaultKind
from bot.sandbox.slack import Sandbox
from storage.database import migrate
from tests.admin.command_line import environment, types, types_beside
from tests.fakes.model import FakeModel
from tests.fakes.pgbouncer import pgbouncer
from tests.fakes.serving import free_port, served
from tests.war_room import MANIFEST

Environment = dict[str, str]

POLICY = (Path(__file__).parents[2] / "bot" / "policy.yaml").read_text(encoding="utf-8")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(made)) as address:
        made.base_url = address
        yield made


@pytest.fixture
def settings(sqlite_url: str, sandbox: Sandbox) -> Environment:
    return environment(sqlite_url, sandbox.base_url)


async def found(settings: Environment) -> dict[str, dict[str, str]]:
    """Return what the doctor finds wrong: each error's and warning's check, and its words."""
    result = await types_beside("doctor", "--json", **settings)
    report = json.loads(result.stdout)
    assert report["ok"] == (result.exit_code == 0)
    return {
        f"{finding['level']} {finding['check']}": finding
        for finding in report["findings"]
        if finding["level"] in {"error", "warning"}
    }


async def test_nothing_is_wrong_with_a_healthy_bot(settings: Environment) -> None:
    result = await types_beside("doctor", **settings)

    assert result.exit_code == 0, result.output
    assert "✗" not in result.output
    assert "!" not in result.output
    assert result.output.count("✓") == 11


def revoked(sandbox: Sandbox) -> None:
    sandbox.token_error = "token_revoked"


def poorer(sandbox: Sandbox) -> None:
    scopes = sandbox.manifest.scopes or frozenset()
    sandbox.manifest = replace(sandbox.manifest, scopes=scopes - {"pins:write"})


def down(sandbox: Sandbox) -> None:
    sandbox.faults.down = True


def limited(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.RATE_LIMITED, method="auth.test", times=9))


def html(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.HTML, method="auth.test", times=9))


def archived(sandbox: Sandbox) -> None:
    sandbox.workspace.channels[ESCALATIONS].is_archived = True


def not_invited(sandbox: Sandbox) -> None:
    sandbox.workspace.channels[ESCALATIONS].members.remove(BOT)


def locked_out(sandbox: Sandbox) -> None:
    not_invited(sandbox)
    sandbox.workspace.channels[ESCALATIONS].is_private = True


def gone(sandbox: Sandbox) -> None:
    del sandbox.workspace.channels[ESCALATIONS]


def a_minute_ahead(sandbox: Sandbox) -> None:
    sandbox.clock.jump(60)


def an_hour_ahead(sandbox: Sandbox) -> None:
    sandbox.clock.jump(3600)


@pytest.mark.parametrize(
    ("fault", "check", "says", "to_do"),
    [
        (revoked, "error token", "no longer accepts", "SLACK_BOT_TOKEN"),
        (poorer, "error scopes", "pins:write", "app.yaml"),
        (down, "error token", "Slack isn't responding", "SLACK_API_URL"),
        (limited, "error token", "rate limiting", "status.slack.com"),
        (html, "error token", "Slack isn't responding", "status.slack.com"),
        (archived, "error channels", "#escalations, is archived", "Unarchive"),
        (not_invited, "warning channels", "not in #escalations", "/invite"),
        (locked_out, "error channels", "C0ESCALAT", "/invite"),
        (gone, "error channels", "C0ESCALAT", "WARROOM_ANNOUNCE_CHANNEL"),
        (a_minute_ahead, "warning clock", "seconds away", "time synchronisation"),
        (an_hour_ahead, "error clock", "will be refused", "time synchronisation"),
    ],
)
async def test_each_fault_of_slack_is_named_alone(
    sandbox: Sandbox,
    settings: Environment,
    fault: Callable[[Sandbox], None],
    check: str,
    says: str,
    to_do: str,
) -> None:
    fault(sandbox)

    wrong = await found(settings)

    assert list(wrong) == [check]
    assert says in wrong[check]["says"]
    assert to_do in wrong[check]["to_do"]


@pytest.mark.parametrize(
    ("change", "check", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-other"}, "error token", "no longer accepts"),
        ({"SLACK_BOT_TOKEN": ""}, "error settings", "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "short"}, "warning signing secret", "32 hexadecimal"),
        ({"SLACK_SIGNING_SECRET": ""}, "error settings", "SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "error socket", "SLACK_APP_TOKEN (invalid_auth)"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/db"}, "error database", "Can't reach"),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
            "error database",
            "Can't reach",
        ),
        ({"DATABASE_URL": "warroom.db"}, "error database", "Can't reach"),
        ({"DATABASE_URL": "mysql://db/warroom"}, "error database", "Can't reach"),
        ({"WARROOM_POLICY": "/no/such/policy.yaml"}, "error policy", "policy.yaml"),
        (
            {"WARROOM_ANNOUNCE_CHANNEL": "#escalations"},
            "error policy",
            'WARROOM_ANNOUNCE_CHANNEL: announce: "#escalations"; expected a channel\'s Slack id',
        ),
        ({"SLACK_BOT_TOKEN": "xoxb-sandbox\n"}, "error settings", "SLACK_BOT_TOKEN: it contains"),
        ({"PORT": "a lot"}, "error settings", "PORT"),
    ],
)
async def test_each_wrong_setting_is_named_alone(
    settings: Environment, change: Environment, check: str, says: str
) -> None:
    wrong = await found(settings | change)

    assert list(wrong) == [check]
    assert says in wrong[check]["says"]
    assert wrong[check]["to_do"]


async def test_a_mistake_in_the_policy_is_named_with_its_line(
    settings: Environment, tmp_path: Path
) -> None:
    broken = tmp_path / "policy.yaml"
    broken.write_text(POLICY.replace("severities:", "severitys:", 1), encoding="utf-8")

    wrong = await found(settings | {"WARROOM_POLICY": str(broken)})

    assert list(wrong) == ["error policy"]
    assert f"{broken}:" in wrong["error policy"]["says"]


async def test_the_channel_of_leadership_is_looked_at_as_well(
    settings: Environment, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    named = POLICY.replace("leadership: null", f"leadership: {LEADERSHIP}", 1)
    policy.write_text(named, encoding="utf-8")

    wrong = await found(settings | {"WARROOM_POLICY": str(policy)})

    assert list(wrong) == ["warning channels"]
    assert "not in #leadership, where it posts SLA" in wrong["warning channels"]["says"]
    assert "channels.leadership" in wrong["warning channels"]["to_do"]


async def test_people_and_groups_the_policy_names_are_looked_up(
    sandbox: Sandbox, settings: Environment, tmp_path: Path
) -> None:
    before = "{title: Escalation manager}"
    assert before in POLICY
    people = "people: [U0NOBODY1, U0MAX0001], groups: [S0NOGROUP]"
    names = f"{{title: Escalation manager, {people}}}"
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.replace(before, names, 1), encoding="utf-8")
    sandbox.workspace.users["U0MAX0001"].deleted = True

    result = await types_beside("doctor", **settings | {"WARROOM_POLICY": str(policy)})

    assert "U0NOBODY1: Slack can't find that person" in result.output
    assert "U0MAX0001: The account is deactivated" in result.output
    assert "S0NOGROUP: User group not found" in result.output
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("method", "check"),
    [
        ("conversations.info", "error channels"),
        ("users.info", "warning roles"),
        ("usergroups.users.list", "warning roles"),
    ],
)
async def test_a_slack_in_trouble_is_not_blamed_on_the_policy(
    sandbox: Sandbox, settings: Environment, tmp_path: Path, method: str, check: str
) -> None:
    names = "{title: Escalation manager, people: [U0MAX0001], groups: [S0SRE0001]}"
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.replace("{title: Escalation manager}", names, 1), encoding="utf-8")
    sandbox.faults.add(Fault(kind=FaultKind.HTML, method=method, times=9))

    wrong = await found(settings | {"WARROOM_POLICY": str(policy)})

    assert list(wrong) == [check]
    assert "status.slack.com" in wrong[check]["to_do"]
    assert "policy" not in wrong[check]["to_do"]
    assert "/invite" not in wrong[check]["to_do"]


async def test_a_database_before_and_beyond_this_version_is_told_apart(
    settings: Environment, postgres_url: str, tmp_path: Path
) -> None:
    not_there = f"sqlite:///{tmp_path / 'not-there.db'}"
    empty = await found(settings | {"DATABASE_URL": not_there})
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    newer = await found(settings | {"DATABASE_URL": postgres_url})

    assert list(empty) == ["warning database"]
    assert "migrate" in empty["warning database"]["to_do"]
    assert migrate.schema(not_there) is migrate.Schema.EMPTY, "the doctor changes nothing"
    assert list(newer) == ["error database"]
    assert "newer version" in newer["error database"]["says"]
    assert migrate.schema(postgres_url) is migrate.Schema.NEWER


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"status": 401}, "refuses the key"),
        ({"status": 404}, "no model named tiny"),
        ({"status": 500}, "error"),
        ({"body": "<html>hello</html>"}, "no chat completion"),
        ({}, None),
    ],
)
async def test_the_model_is_asked_one_cheap_question(
    settings: Environment, fault: dict[str, Any], says: str | None
) -> None:
    model = FakeModel(**fault)
    async with served(model.app, lifespan="off") as address:
        more = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": f"{address}/v1"}
        wrong = await found(settings | more | {"WARROOM_LLM_MODEL": "tiny"})

    assert len(model.asked) == 1
    assert list(wrong) == ([] if says is None else ["error model"])
    assert says is None or says in wrong["error model"]["says"]


async def test_no_secret_is_in_what_the_doctor_says(settings: Environment) -> None:
    said = await types_beside("doctor", **settings | {"SLACK_BOT_TOKEN": "xoxb-very-secret"})

    assert "very-secret" not in said.output


@pytest.mark.parametrize(
    ("fault", "change", "says"),
    [
        (revoked, {}, "✗ token: Slack no longer accepts"),
        (poorer, {}, "✗ scopes: The app lacks the permissions pins:write"),
        (
            None,
            {"DATABASE_URL": "sqlite:////no/such/folder/db"},
            "✗ database: Can't reach the database",
        ),
        (None, {"WARROOM_POLICY": "/no/policy.yaml"}, "✗ policy: "),
        (None, {"DATABASE_URL": "warroom.db"}, "✗ database: Can't reach the database"),
        (None, {"DATABASE_URL": "mysql://db/warroom"}, "✗ database: Can't reach the database"),
        (None, {"WARROOM_ANNOUNCE_CHANNEL": "#esc"}, "✗ policy: WARROOM_ANNOUNCE_CHANNEL: "),
        (None, {"SLACK_BOT_TOKEN": ""}, "✗ settings: They are missing"),
        (None, {"SLACK_BOT_TOKEN": "xoxb-sandbox\n"}, "✗ settings: They are missing"),
        (None, {"SLACK_APP_TOKEN": "xapp-wrong"}, "✗ socket: Slack rejected SLACK_APP_TOKEN"),
    ],
)
async def test_run_stops_with_the_doctors_words(
    sandbox: Sandbox,
    settings: Environment,
    fault: Callable[[Sandbox], None] | None,
    change: Environment,
    says: str,
) -> None:
    if fault is not None:
        fault(sandbox)

    code, said = await run(settings | change)
    doctor = await types_beside("doctor", **settings | change)

    assert code == 2
    assert says in said
    assert says in doctor.output
    assert "Traceback" not in said


async def test_run_starts_although_slack_is_away(sandbox: Sandbox, settings: Environment) -> None:
    down(sandbox)
    environment = {**settings, "PORT": str(free_port()), "PATH": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    async with asyncio.timeout(20):
        while line := await process.stderr.readline():
            if b'"started"' in line:
                break
    process.terminate()
    async with asyncio.timeout(20):
        await process.communicate()

    assert b'"started"' in line
    assert process.returncode == 0


async def run(settings: Environment) -> tuple[int | None, str]:
    """Start the bot as a process of its own, which is expected to end by itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**settings, "PATH": ""},
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        _, said = await process.communicate()
    return process.returncode, said.decode()


def test_settings_alone_are_enough_to_say_what_is_missing() -> None:
    result = types("doctor", SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="")

    assert result.exit_code == 1
    assert "SLACK_BOT_TOKEN" in result.output


async def test_a_pooler_in_front_of_the_database_is_noticed(
    settings: Environment, postgres_url: str
) -> None:
    with pgbouncer(postgres_url) as pooled_url:
        result = await types_beside("doctor", **settings | {"DATABASE_URL": pooled_url})

    assert result.exit_code == 0, result.output
    assert "✓ pooler" in result.output
