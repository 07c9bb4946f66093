"""The command line: `warroom run`, `demo`, `migrate`, `policy check`."""

import contextlib
import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn

from bot import logs, policy_file
from bot import main as root
from bot.demo import show
from bot.settings import Settings, SettingsError, read

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Warroom runs customer-escalation war rooms in Slack.",
)
policy_cli = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The policy file.")
cli.add_typer(policy_cli, name="policy")


@cli.command()
def run() -> None:
    """Serve Slack over HTTP until the process is told to stop."""
    settings = _settings()
    logs.configure(settings.warroom_log_level)
    root.migrated(settings)
    try:
        warroom = root.Warroom(settings)
    except policy_file.PolicyError as error:
        _stop(str(error))
    server = uvicorn.Server(
        uvicorn.Config(
            warroom.app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=int(settings.warroom_grace_seconds) + 1,
        )
    )
    # uvicorn stops gracefully and then raises the signal again; having stopped well is success.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(code=1)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the sandbox page is served.")] = 8080,
    speed: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds of its time in one of yours.")
    ] = 1,
) -> None:
    """Play with everything: the bot, a stand-in for Slack, and a story already begun."""
    show(port, speed)


@cli.command()
def migrate() -> None:
    """Bring the database to this version's tables; `run` does so by itself."""
    root.migrated(_settings())
    typer.echo("The database is up to date.")


@policy_cli.command()
def check(file: Annotated[Path, typer.Argument(help="The policy file to check.")]) -> None:
    """Say what is wrong in a policy file, with its line and what was expected."""
    try:
        policy_file.load(file)
    except policy_file.PolicyError as error:
        _stop(str(error))
    typer.echo(f"{file} is fine.")


def _settings() -> Settings:
    try:
        return read()
    except SettingsError as error:
        _stop(f"Settings are missing or unusable (see .env.example):\n{error}")


def _stop(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(code=2)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
