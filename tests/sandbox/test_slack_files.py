"""Files in the sandbox: refused as Slack refuses them, seen by those who see the channel."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.sandbox.app import create_app
from bot.sandbox.demo import ESCALATIONS, GENERAL, LEA, MAX, NOOR, demo_workspace
from bot.sandbox.slack import Manifest, Sandbox
from tests.fakes.serving import served

Json = dict[str, Any]
COMPLETE, ADDRESS = "files.completeUploadExternal", "files.getUploadURLExternal"


@dataclass
class Slack:
    sandbox: Sandbox
    client: httpx.AsyncClient

    async def call(self, method: str, **arguments: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.sandbox.bot_token}"}
        answer = await self.client.post(f"/api/{method}", data=arguments, headers=headers)
        found: Json = answer.json()
        return found

    async def uploaded(self, content: bytes = b"words", name: str = "a.md") -> str:
        """Return the id of a file whose bytes have come."""
        made = await self.call(ADDRESS, filename=name, length=len(content))
        answer = await self.client.post(made["upload_url"], content=content)
        assert answer.status_code == 200
        return str(made["file_id"])


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    sandbox = Sandbox(workspace=demo_workspace())
    async with (
        served(create_app(sandbox)) as address,
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
    ):
        sandbox.base_url = address
        yield Slack(sandbox, client)
        await sandbox.aclose()


def named(*ids: str) -> str:
    return json.dumps([{"id": file_id, "title": f"Title of {file_id}"} for file_id in ids])


async def test_files_come_in_one_message(slack: Slack) -> None:
    ids = [await slack.uploaded(name="a.md"), await slack.uploaded(name="b.json")]

    done = await slack.call(
        COMPLETE, files=named(*ids), channel_id=ESCALATIONS, initial_comment="x"
    )

    assert [file["id"] for file in done["files"]] == ids
    read = await slack.call("conversations.history", channel=ESCALATIONS)
    message = read["messages"][0]
    assert (message["text"], message["subtype"]) == ("x", "file_share")
    assert [file["name"] for file in message["files"]] == ["a.md", "b.json"]
    assert message["files"][0]["title"] == f"Title of {ids[0]}"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"length": 5}, "missing_argument"),
        ({"filename": "a"}, "missing_argument"),
        ({"filename": "a", "length": "many"}, "invalid_arguments"),
        ({"filename": "a", "length": 0}, "missing_argument"),
        ({"filename": "a", "length": -1}, "invalid_arguments"),
        ({"filename": "a", "length": 1.5}, "invalid_arguments"),
        ({"filename": "a" * 300, "length": 5}, "invalid_arguments"),
        ({"filename": "a", "length": 1 << 31}, "file_upload_size_restricted"),
    ],
)
async def test_no_address_is_given_for_nonsense(slack: Slack, arguments: Json, error: str) -> None:
    answer = await slack.call(ADDRESS, **arguments)

    assert answer["error"] in {error, "invalid_arguments"}


async def test_bytes_are_taken_once_and_as_announced(slack: Slack) -> None:
    made = await slack.call(ADDRESS, filename="a.md", length=5)

    fewer = await slack.client.post(made["upload_url"], content=b"1234")
    first = await slack.client.post(made["upload_url"], content=b"12345")
    again = await slack.client.post(made["upload_url"], content=b"12345")
    nowhere = await slack.client.post("/upload/made-up", content=b"12345")

    codes = [answer.status_code for answer in (fewer, first, again, nowhere)]
    assert codes == [400, 200, 400, 400]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("general", "invalid_channel"),
        (LEA, "invalid_channel"),
        ("C0NOWHERE", "channel_not_found"),
        (GENERAL, "not_in_channel"),
    ],
)
async def test_files_go_only_where_the_app_is(slack: Slack, channel: str, error: str) -> None:
    file_id = await slack.uploaded()

    refused = await slack.call(COMPLETE, files=named(file_id), channel_id=channel)

    assert refused["error"] == error
    done = await slack.call(COMPLETE, files=named(file_id), channel_id=ESCALATIONS)
    assert done["ok"]


async def test_an_archived_channel_takes_no_files(slack: Slack) -> None:
    slack.sandbox.workspace.channels[ESCALATIONS].is_archived = True

    refused = await slack.call(
        COMPLETE, files=named(await slack.uploaded()), channel_id=ESCALATIONS
    )

    assert refused["error"] == "posting_to_channel_denied"


@pytest.mark.parametrize("files", ["", "{", "[]", "[1]", '["F1"]', '[{"title": "x"}]'])
async def test_a_list_of_files_that_is_none_is_refused(slack: Slack, files: str) -> None:
    answer = await slack.call(COMPLETE, files=files)

    assert answer["error"] in {"invalid_arguments", "missing_argument"}


async def test_a_file_is_completed_once_and_only_with_its_bytes(slack: Slack) -> None:
    empty = (await slack.call(ADDRESS, filename="a", length=5))["file_id"]
    whole = await slack.uploaded()

    early = await slack.call(COMPLETE, files=named(whole, empty))
    first = await slack.call(COMPLETE, files=named(whole))
    again = await slack.call(COMPLETE, files=named(whole))

    assert [a.get("error") for a in (early, first, again)] == [
        "file_not_found",
        None,
        "file_not_found",
    ]


async def test_files_need_their_scope(slack: Slack) -> None:
    slack.sandbox.manifest = Manifest(scopes=frozenset({"chat:write"}))

    answer = await slack.call(ADDRESS, filename="a", length=5)

    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:write")


async def test_a_file_is_had_by_those_who_see_its_channel(slack: Slack) -> None:
    place = slack.sandbox.workspace.channels[ESCALATIONS]
    place.is_private = True
    place.members.remove(NOOR)
    file_id = await slack.uploaded(b"<script>alert(1)</script>", "x.html")
    before = await slack.client.get(f"/sandbox/file/{file_id}", params={"user": MAX})
    await slack.call(COMPLETE, files=named(file_id), channel_id=ESCALATIONS)

    mine = await slack.client.get(f"/sandbox/file/{file_id}", params={"user": MAX})
    others = await slack.client.get(f"/sandbox/file/{file_id}", params={"user": NOOR})

    assert (before.status_code, others.status_code) == (400, 400)
    assert mine.content == b"<script>alert(1)</script>"
    assert mine.headers["content-disposition"] == "attachment"
    assert mine.headers["content-type"] == "application/octet-stream"
