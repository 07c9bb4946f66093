"""`warroom audit`: check the record, anchor it, prove its ends, erase what must go."""

from pathlib import Path
from typing import Annotated

import typer

from bot.admin.command_line import UNUSABLE, WRONG, settings, stop, with_database
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.escalation import anchors
from bot.domain.escalation.chain import Keyring, WithheldField
from bot.domain.escalation.escalation import EscalationId
from bot.domain.time.clock import SystemClock
from bot.services.reading.audit import Audit, AuditReport

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""Check that the record is as it was written, and keep proof of it elsewhere.

    Exit codes: 0 it is; 1 it is not; 2 it could not be tried.

    Example: warroom audit verify
    """,
)


@cli.command()
def verify(
    anchor: Annotated[
        Path | None, typer.Option(help="A file of `warroom audit anchor` to compare with.")
    ] = None,
) -> None:
    """Check every timeline against its chain, the audit key and an anchor; nothing is changed.

    An entry that was edited, moved, added or taken away breaks the chain, the last one included.
    With AUDIT_KEY a chain that was written anew is found as well, and with an anchor an escalation
    that is gone whole. Fields that were erased are listed; they break nothing.

    Exit codes: 0 every timeline is whole; 1 one is not; 2 it could not be tried.

    Example: warroom audit verify --anchor anchor-2026-12-01.jsonl
    """
    known = _anchor(anchor) if anchor is not None else None
    report = with_database(lambda db: Audit(db, SystemClock()).verify(known))
    for problem in (f"escalation {b.escalation_id}: {b.problem}" for b in report.breaks):
        typer.echo(problem, err=True)
    for problem in report.lost:
        typer.echo(problem, err=True)
    for field in report.withheld:
        typer.echo(_withheld(field))
    typer.echo(_checked(report))
    checked = f"{report.entries} entries of {report.escalations} escalations checked"
    if not report.is_whole:
        stop(f"{checked}; {len(report.breaks) + len(report.lost)} breaks.", WRONG)
    typer.echo(f"{checked}; every timeline is whole.")


@cli.command()
def anchor(
    file: Annotated[Path, typer.Argument(help="Where to write it; not overwritten.")],
) -> None:
    """Write where every timeline ends now to a file, to keep outside the database.

    Exit codes: 0 it was written; 2 it could not be.

    Example: warroom audit anchor anchor-2026-12-01.jsonl
    """
    found = with_database(lambda db: Audit(db, SystemClock()).anchor())
    try:
        with file.open("x", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in found.lines())
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}.", UNUSABLE)
    typer.echo(f"{found.entries} entries of {len(found.heads)} escalations anchored in {file}.")


@cli.command()
def seal() -> None:
    """Prove the end of every timeline with AUDIT_KEY: once after it was set or changed.

    Run `warroom audit verify` first: what is wrong by then is sealed as it is.

    Exit codes: 0 they are proven; 2 there is no key.

    Example: warroom audit seal
    """
    count = with_database(lambda db: Audit(db, SystemClock()).seal())
    typer.echo(f"The ends of {count} timelines are proven with the audit key.")


@cli.command()
def erase(
    escalation: Annotated[int, typer.Argument(help="The number of the escalation, such as 42.")],
    entry: Annotated[int, typer.Argument(help="Which entry of its timeline, counted from 1.")],
    field: Annotated[str, typer.Argument(help="actor, text, link or payload.")],
    by: Annotated[str, typer.Option(help="Who answers for it, in plain words.")],
    ground: Annotated[str, typer.Option(help="Why it must go, such as: GDPR art. 17, request 12.")],
) -> None:
    """Erase a field of an entry for good; the erasure is an entry itself.

    The proof of the timeline stays whole. Backups keep the field until they are deleted.

    Exit codes: 0 it is erased; 2 it could not be.

    Example: warroom audit erase 42 7 payload --by "Data protection" --ground "GDPR art. 17"
    """
    number = EscalationId(escalation)
    try:
        with_database(
            lambda db: Audit(db, SystemClock()).erase(number, entry, field, by=by, ground=ground)
        )
    except NotFound as error:
        stop(error.message, UNUSABLE)
    typer.echo(f"The {field} of entry {entry} of escalation {escalation} is erased.")


def _withheld(field: WithheldField) -> str:
    return (
        f"escalation {field.escalation_id}: 1 field withheld, {field.field} of entry "
        f"{field.sequence}, by {field.by} at {field.at:%Y-%m-%d %H:%M} UTC: {field.ground}"
    )


def _checked(report: AuditReport) -> str:
    keyed = "checked with the audit key" if report.is_keyed else "NOT checked: AUDIT_KEY is not set"
    if report.anchor is None:
        compared = "NOT checked: no --anchor was given"
    else:
        compared = f"checked against the anchor of {report.anchor.at:%Y-%m-%d %H:%M} UTC"
    return f"Chains: checked. Ends: {keyed}. Missing escalations: {compared}."


def _anchor(file: Path) -> anchors.Anchor:
    try:
        text = file.read_text(encoding="utf-8")
        return anchors.parsed(text, Keyring.of(settings().audit_secrets))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file} cannot be read: {error}.", UNUSABLE)
    except InvalidInput as error:
        stop(error.message, UNUSABLE)
