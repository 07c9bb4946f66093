"""What every admin command does: read settings, open the database, stop with words and a code."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar

import typer

from bot.admin.doctor import unusable_settings
from bot.domain.errors import InvalidInput
from bot.domain.escalation.chain import Keyring
from bot.settings import Settings, SettingsError, read
from storage.database import migrate as storage_migrate
from storage.database.database import Database
from storage.database.migrate import Schema

T = TypeVar("T")

WRONG, UNUSABLE = 1, 2  # exit codes: what was asked for failed; it could not even be tried


def settings() -> Settings:
    """Return the settings, or end the program with what is wrong with them."""
    try:
        return read()
    except SettingsError as error:
        stop(unusable_settings(str(error))[0].as_text(), UNUSABLE)


def with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database of the settings, and let go of it.

    A database that cannot be used ends the program with the reason.
    """
    known = settings()
    url = known.database_url
    schema = storage_migrate.schema(url)
    if schema is not Schema.CURRENT:
        stop(f"The database is {schema.value}. Run `warroom doctor` for what to do.", UNUSABLE)

    async def done() -> T:
        database = Database(url, Keyring.of(known.audit_secrets))
        try:
            return await work(database)
        except InvalidInput as error:
            stop(error.message, UNUSABLE)
        finally:
            await database.close()

    return asyncio.run(done())


def stop(words: str, code: int) -> NoReturn:
    """End the program with words on standard error."""
    typer.echo(words, err=True)
    raise typer.Exit(code=code)
