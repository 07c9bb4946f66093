"""What an admin can say on the command line, beside `run` and `demo`."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot import policy_file
from bot.admin import audit, customers
from bot.admin.command_line import UNUSABLE, WRONG, settings, stop, with_database
from bot.admin.doctor import Doctor, unusable_settings
from bot.admin.findings import is_healthy
from bot.domain.customers import csv_table
from bot.domain.customers import file as customer_file
from bot.domain.errors import NotFound
from bot.domain.time.clock import SystemClock
from bot.public_holidays import PublicHolidayBook
from bot.services.customers.customers import Customers
from bot.services.dead_letters import DeadLetters
from bot.settings import SettingsError, read
from storage.database import backup as storage_backup
from storage.database import migrate as storage_migrate
from storage.database.migrate import Schema

policy_cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""Work with the policy file.

    Exit codes: 0 valid; 2 invalid, or wrong arguments.

    Example: warroom policy check /etc/warroom/policy.yaml
    """,
)
customers_cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""Work with the customers Warroom knows.

    Exit codes: 0 done; 1 it failed and nothing was written; 2 it could not be tried.

    Example: warroom customers import customers.csv --dry-run
    """,
)
letters_cli = typer.Typer(rich_markup_mode=None)


def register(cli: typer.Typer) -> None:
    """Add every command to the program."""
    cli.command()(doctor)
    cli.command()(migrate)
    cli.command()(backup)
    cli.add_typer(policy_cli, name="policy")
    cli.add_typer(customers_cli, name="customers")
    cli.add_typer(audit.cli, name="audit")
    cli.add_typer(letters_cli, name="dead-letters", invoke_without_command=True)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at everything Warroom needs, and say what to do about what is wrong.

    It looks at the settings, the policy, the database and its tables, Slack's token and the
    permissions app.yaml asks for, the signing secret or the web socket, the clock, the channels
    and people the policy names, and the language model. It changes nothing.

    Exit codes: 0 nothing keeps it from working; 1 something does.

    Example: warroom doctor --json | jq '.findings[] | select(.level == "error")'
    """
    try:
        findings = asyncio.run(Doctor(read()).examine())
    except SettingsError as error:
        findings = list(unusable_settings(str(error)))
    healthy = is_healthy(findings)
    if as_json:
        found = {"ok": healthy, "findings": [finding.as_json() for finding in findings]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            typer.echo(finding.as_text())
    raise typer.Exit(code=0 if healthy else WRONG)


def migrate() -> None:
    """Bring the database (DATABASE_URL) to the tables of this version.

    `run` does so by itself at its start; several processes may do so at once.

    Exit codes: 0 up to date; 2 the settings are unusable, or the database cannot be reached.

    Example: DATABASE_URL=postgresql://db/warroom warroom migrate
    """
    url = settings().database_url
    if storage_migrate.schema(url) is Schema.UNREACHABLE:
        typer.echo(
            "Can't reach the database. Check DATABASE_URL and that the database is running.",
            err=True,
        )
        raise typer.Exit(code=2)
    storage_migrate.upgrade(url)
    typer.echo("The database is up to date.")


def backup(
    file: Annotated[Path, typer.Argument(help="Path of the copy; must not exist yet.")],
) -> None:
    """Copy the SQLite database (DATABASE_URL) to a new file, while the bot runs.

    The copy is consistent and checked. To restore it, stop the bot and put the copy in the
    database's place. Postgres is copied with pg_dump instead.

    Exit codes: 0 copied; 1 the copy failed; 2 there is nothing to copy like this, or the file
    exists already.

    Example: warroom backup /var/backups/warroom-monday.db
    """
    try:
        size = storage_backup.copy(settings().database_url, file)
    except storage_backup.NoBackupError as error:
        was_tried = not isinstance(error, storage_backup.NothingToCopyError)
        stop(str(error), WRONG if was_tried else UNUSABLE)
    typer.echo(f"{file} holds the database: {size:,} bytes, checked.")


@policy_cli.command("check")
def check_policy(file: Annotated[Path, typer.Argument(help="Policy file to check.")]) -> None:
    """Say what is wrong in a policy file, with its line and what was expected.

    Exit codes: 0 usable; 2 not usable.

    Example: warroom policy check /etc/warroom/policy.yaml
    """
    try:
        policy_file.load(file)
    except policy_file.PolicyError as error:
        stop(str(error), UNUSABLE)
    typer.echo(f"{file} is valid.")


@customers_cli.command("import")
def import_customers(
    file: Annotated[Path, typer.Argument(help="CSV file in UTF-8 or UTF-16.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only; write nothing.")] = False,
) -> None:
    """Bring in customers from a CSV file: all of them, or none when a row is wrong.

    The first row names the columns, in any order: name (required), tier, time_zone, region,
    channel_id, contract_reference, contract_starts_on, contract_ends_on, contacts, arr. Tiers are
    strategic, enterprise, growth, standard. A region says whose public holidays count (PT, DE-BY,
    Scotland); without one it is what the time zone stands for. Contacts are written as
    Dana Ruiz <dana@acme.example>, parted by semicolons; arr is an amount a year, such as 2.1M EUR.

    Exports of HubSpot, Salesforce and Zendesk are read as they are, and so is what Excel writes:
    columns are found by their names, --dry-run says how, and what is not understood in another
    program's column is passed over and named. A customer of the same name, however it is spelled,
    is changed where the file says something: an empty cell leaves what is stored, a cell of one
    dash takes it away. The same file again changes nothing.

    Exit codes: 0 brought in; 1 rows are wrong and nothing was written; 2 no such file.

    Example: warroom customers import customers.csv --dry-run
    """
    book = PublicHolidayBook()
    listed = customer_file.parse(_text(file), book)
    if dry_run:
        for words in customers.understood(listed):
            typer.echo(words)
    if listed.mistakes:
        stop(_mistakes(listed.mistakes), WRONG)
    done = with_database(lambda db: Customers(db).bring_in(listed.customers, dry_run=dry_run))
    counts = f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged"
    typer.echo(f"{counts}.{' Nothing was written: this was a dry run.' if dry_run else ''}")
    if words := customers.holiday_words(done.customers, book):
        typer.echo(f"{words} Add a region or a time zone.")


@letters_cli.callback(invoke_without_command=True)
def list_letters(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List what the bot gave up for good, with the reason.

    Exit codes: 0, also when there is nothing.

    Example: warroom dead-letters
    """
    if context.invoked_subcommand is not None:
        return
    letters = with_database(lambda db: DeadLetters(db, SystemClock()).all())
    if as_json:
        found = [
            {
                "id": letter.id,
                "kind": letter.kind,
                "escalation_id": letter.escalation_id,
                "attempts": letter.attempt,
                "put_at": letter.put_at.isoformat(),
                "problem": letter.problem,
            }
            for letter in letters
        ]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for letter in letters:
        about = f"escalation {letter.escalation_id}, " if letter.escalation_id else ""
        put_at = f"{letter.put_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{letter.id}  {letter.kind}  {about}{put_at}, {letter.attempt} tries")
        typer.echo(f"    {letter.problem}")
    typer.echo(f"{len(letters)} dead letters." if letters else "No dead letters.")


@letters_cli.command("retry")
def retry_letters(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers of the dead letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Retry all of them.")] = False,
) -> None:
    """Try again what was given up; a running bot takes it up within a second.

    Exit codes: 0 put back; 1 there is no such dead letter, and nothing was changed; 2 none named.

    Example: warroom dead-letters retry 17 18
    """
    if bool(ids) == everything:
        stop("Give the numbers of dead letters, or --all.", UNUSABLE)
    chosen = None if everything else ids
    try:
        done = with_database(lambda db: DeadLetters(db, SystemClock()).retry(chosen))
    except NotFound as error:
        stop(str(error), WRONG)
    typer.echo(f"{len(done)} queued again.")


def _text(file: Path) -> str:
    try:
        return csv_table.decoded(file.read_bytes())
    except OSError as error:
        stop(f"Can't read {file}: {error.strerror}.", UNUSABLE)
    except UnicodeDecodeError:
        stop(f"{file} isn't UTF-8. Save it as CSV UTF-8.", UNUSABLE)


def _mistakes(found: tuple[customer_file.RowMistake, ...]) -> str:
    return "\n".join([*map(str, found), f"{len(found)} mistakes. Nothing was written."])
