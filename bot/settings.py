"""The settings; the only reader of the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

SLACK = "https://slack.com/api/"


class SettingsError(Exception):
    """The environment cannot be used; says which variable, and what is expected."""


class Settings(BaseSettings):
    """What the environment (or a file named .env) says; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(min_length=1)
    slack_signing_secret: SecretStr | None = Field(default=None, min_length=1)
    slack_app_token: SecretStr | None = Field(default=None, min_length=1)
    slack_api_url: str = SLACK
    slack_timeout_seconds: float = Field(default=10.0, gt=0)
    database_url: str = "sqlite:///warroom.db"
    warroom_policy: Path | None = None
    warroom_announce_channel: str | None = None
    warroom_log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    warroom_grace_seconds: float = Field(default=10.0, ge=0)
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        if self.slack_signing_secret is None and self.slack_app_token is None:
            raise ValueError(
                "set SLACK_SIGNING_SECRET (requests over HTTP) or SLACK_APP_TOKEN (Socket Mode)"
            )
        return self

    @property
    def slack_timeout(self) -> timedelta:
        return timedelta(seconds=self.slack_timeout_seconds)

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.warroom_grace_seconds)

    @property
    def api_url(self) -> str:
        """Slack's address, ending in the slash that the SDK insists on."""
        return self.slack_api_url.rstrip("/") + "/"


def read() -> Settings:
    """Return the settings.

    Raises:
        SettingsError: Names every variable that is missing or unusable; no value is shown.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # the environment gives the rest
    except ValidationError as error:
        raise SettingsError("\n".join(map(_finding, error.errors()))) from None


def _finding(error: ErrorDetails) -> str:
    name = "".join(str(part).upper() + ": " for part in error["loc"][:1])
    return name + error["msg"].removeprefix("Value error, ")
