"""`warroom export`: an escalation's whole record as two files on this machine."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot import policy_file
from bot.admin import command_line
from bot.domain.errors import NotFound
from bot.domain.time.clock import SystemClock
from bot.services.reading.dossiers import Dossiers
from bot.views.reading import dossier as dossier_view
from bot.views.reading import dossier_json


def export(
    number: Annotated[str, typer.Argument(help="Number of the escalation, such as ESC-2026-0042.")],
    folder: Annotated[Path, typer.Option(help="Existing folder for the files.")] = Path(),
) -> None:
    """Write the whole record of an escalation as Markdown and as JSON; nothing is changed.

    The files are named alike, such as esc-2026-0042-acme-2026-11-25.md, and only you may read
    them, because customers' words stand in them. Written again on the same day, they replace
    those before. Private escalations are written as well: keep the files accordingly.

    Exit codes: 0 written; 1 there is no such escalation, or it could not be written; 2 it could
    not be tried.

    Example: warroom export ESC-2026-0042 --folder /var/dossiers
    """
    if not folder.is_dir():
        command_line.stop(f"{folder} isn't a folder.", command_line.UNUSABLE)
    try:
        policy = policy_file.load(command_line.settings().warroom_policy)
    except policy_file.PolicyError as error:
        command_line.stop(str(error), command_line.UNUSABLE)
    try:
        found = command_line.with_database(lambda db: Dossiers(db, SystemClock()).numbered(number))
    except NotFound as error:
        command_line.stop(error.message, command_line.WRONG)
    for ending, text in (
        ("md", dossier_view.markdown(found, policy)),
        ("json", dossier_json.text(found, policy)),
    ):
        file = folder / f"{found.stem}.{ending}"
        try:
            _write(file, text)
        except OSError as error:
            command_line.stop(f"Can't write {file}: {error.strerror}.", command_line.WRONG)
        typer.echo(str(file))


def _write(file: Path, text: str) -> None:
    """Put a whole file in its place, which only its owner may read."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
