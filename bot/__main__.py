"""The command line: `warroom run`, `demo`, and the admin's words."""

import asyncio
import contextlib
import gc
import signal
from typing import Annotated

import typer
import uvicorn

from bot import __version__, logs
from bot import main as root
from bot.admin import command_line, commands
from bot.admin.doctor import Doctor
from bot.admin.export import export
from bot.domain.time import time_zones
from bot.settings import Settings
from handlers.transport import http
from handlers.transport.http_protocol import PunctualProtocol

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they show variables, secrets among them
    help="""Warroom runs customer-escalation war rooms in Slack.

    Settings come from the environment or a file named .env; .env.example explains each of them.
    `warroom doctor` says what is wrong with them, and with everything else it needs.

    Exit codes: 0 done; 1 it failed; 2 it could not be tried. Each command says more.

    Example: warroom demo
    """,
)
commands.register(cli)
cli.command()(export)


def _say_version(wanted: bool) -> None:  # noqa: FBT001  # typer's own form
    if wanted:
        typer.echo(f"warroom {__version__}")
        raise typer.Exit


@cli.callback()
def program(
    version: Annotated[  # noqa: ARG001  # answered before anything else
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """Keep the help of the program itself; typer shows what stands at its making."""
    time_zones.use_locked_data()


@cli.command()
def run() -> None:
    """Serve Slack, over HTTP or Socket Mode, until the process is told to stop.

    With SLACK_APP_TOKEN it opens a web socket; with SLACK_SIGNING_SECRET it takes requests at
    POST /slack/events. GET /healthz, /readyz and /metrics are served in both cases. Told to stop
    (SIGTERM, Ctrl+C), it finishes what is in hand for WARROOM_GRACE_SECONDS.

    Exit codes: 0 stopped as told; 1 it could not serve; 2 something keeps it from working, in the
    words of `warroom doctor`.

    Example: SLACK_APP_TOKEN=xapp-… SLACK_BOT_TOKEN=xoxb-… warroom run
    """
    settings = command_line.settings()
    logs.configure(settings.warroom_log_level)
    if obstacles := asyncio.run(Doctor(settings).obstacles()):
        command_line.stop("\n".join(found.as_text() for found in obstacles), command_line.UNUSABLE)
    root.migrated(settings)
    server = uvicorn.Server(_config(root.Warroom(settings), settings))
    # What is loaded by now stays: looking through it again and again would hold answers up.
    gc.collect()
    gc.freeze()
    # uvicorn stops gracefully and then raises the signal again; having stopped well is success.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(code=1)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the sandbox page.")] = 8080,
    speed: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds of sandbox time per real second.")
    ] = 1,
) -> None:
    """Play with everything: the bot, a stand-in for Slack, and a story already begun.

    It needs no settings, talks to nobody but itself, and keeps nothing.

    Exit codes: 0 ended with Ctrl+C.

    Example: warroom demo --port 8080 --speed 60
    """
    from bot.demo.run import show  # noqa: PLC0415  # the sandbox is no part of `run`

    show(port, speed)


def _config(warroom: root.Warroom, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        warroom.app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_keep_alive=http.KEEP_ALIVE,
        http=PunctualProtocol,
        limit_concurrency=http.MAX_CONNECTIONS,
        h11_max_incomplete_event_size=http.MAX_HEAD,
        timeout_graceful_shutdown=int(settings.warroom_grace_seconds) + 1,
    )


def main() -> None:
    cli(prog_name="warroom")


if __name__ == "__main__":
    main()
