"""A stranger's walk: every command of the README, in its order, from a fresh clone."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.app import create_app
from bot.sandbox.demo import demo_workspace
from bot.sandbox.slack import Sandbox
from tests.admin.command_line import environment
from tests.fakes.serving import free_port, served
from tests.war_room import MANIFEST

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# These two serve until they are told to stop; of `make test` this walk is a part.
SERVING = {"make demo", "warroom run"}
NOT_WALKED = {"make test"}
PATIENCE = 100.0  # seconds; the first command makes an environment


def commands() -> list[str]:
    """Return every command of the README's shell blocks, in order, without its comment."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines if line]


@pytest.fixture
async def slack() -> AsyncIterator[str]:
    sandbox = Sandbox(workspace=demo_workspace(), manifest=MANIFEST)
    async with served(create_app(sandbox)) as address:
        sandbox.base_url = address
        yield address


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone, with what an admin would have written: settings and a list of customers."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    for name in subprocess.check_output(
        ["git", "diff", "--name-only"], cwd=ROOT, text=True
    ).split():
        shutil.copy(ROOT / name, folder / name)
    (folder / "customers.csv").write_text("name,tier\nAcme,strategic\n", encoding="utf-8")
    return folder


async def finishes(command: str, clone: Path, settings: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_shell(
        command,
        cwd=clone,
        env=settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(PATIENCE):
        said, _ = await process.communicate()
    assert process.returncode == 0, f"{command}\n{said.decode()}"


async def serves(command: str, port: int, clone: Path, settings: dict[str, str]) -> None:
    """Start it, have a look at it, and end it as Ctrl+C does."""
    settings = settings | {"PORT": str(port)}
    process = await asyncio.create_subprocess_shell(
        f"exec {command}", cwd=clone, env=settings, start_new_session=True
    )
    path = "/" if command.startswith("make demo") else "/readyz"
    try:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(PATIENCE):
            while not await answers(client, f"http://127.0.0.1:{port}{path}"):
                assert process.returncode is None, f"{command} ended"
                await asyncio.sleep(0.1)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            await process.wait()


async def answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.timeout(400)
async def test_every_command_of_the_readme_works_in_a_fresh_clone(clone: Path, slack: str) -> None:
    found = commands()
    assert {"make demo", "make install", "warroom doctor", "warroom run"} <= set(found)
    settings = {
        **environment(f"sqlite:///{clone / 'warroom.db'}", slack),
        "PATH": f"{clone / '.venv' / 'bin'}:{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
    }

    for command in found:
        if command in NOT_WALKED or command.startswith("export PATH="):
            continue
        if command in SERVING:
            port = free_port()
            serving = command if command != "make demo" else f"make demo PORT={port}"
            await serves(serving, port, clone, settings)
        else:
            await finishes(command, clone, settings)


def test_the_picture_of_the_readme_is_there() -> None:
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (ROOT / name).read_bytes().startswith(b"\x89PNG")


PAGES = [
    "README.md",
    "CHANGELOG.md",
    *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
]
MOST_BYTES = 13 * 1024  # of the README: a user finishes it


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    assert len(README.encode()) <= MOST_BYTES
    for page in PAGES[1:]:
        assert f"({page})" in README, page


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in re.findall(r"`((?:bot|handlers|storage|tests|prompts)/[\w./]*)`", text):
        assert list(ROOT.glob(name.rstrip("/") + "*")), name
    for name, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
        found = (ROOT / page).parent / name if name else ROOT / page
        assert found.exists(), name
        assert not anchor or anchor in anchors(found.read_text(encoding="utf-8")), anchor


def test_the_glossary_names_what_the_code_has() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    glossary = page.partition("## Glossary")[2].partition("## ")[0]
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", glossary, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z]\w+)`", row)}

    sources = [
        file.read_text(encoding="utf-8")
        for top in ("bot", "handlers", "storage")
        for file in (ROOT / top).rglob("*.py")
    ]
    known = {
        name
        for source in sources
        for name in re.findall(r"^(?:class )?(\w+)", source, re.MULTILINE)
    }
    assert len(named) > 30
    assert named <= known
