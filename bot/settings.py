"""The settings; the only reader of the environment."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SLACK = "https://slack.com/api/"


class SettingsError(Exception):
    """The environment cannot be used; says which variable, and what is expected."""


class Settings(BaseSettings):
    """What the environment (or a file named .env) says; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(min_length=1)
    slack_signing_secret: SecretStr = Field(min_length=1)
    slack_api_url: str = SLACK
    slack_timeout_seconds: float = Field(default=10.0, gt=0)
    database_url: str = "sqlite:///warroom.db"
    warroom_policy: Path | None = None
    warroom_announce_channel: str | None = None
    warroom_log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    warroom_grace_seconds: float = Field(default=10.0, ge=0)
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)

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
        findings = [f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(findings)) from None
