"""The settings; the only reader of the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """The environment cannot be used; says which variable, and what is expected."""


class Settings(BaseSettings):
    """What the environment (or a file named .env) says; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(
        min_length=1,
        description="Bot token: OAuth & Permissions → Bot User OAuth Token.",
        examples=["xoxb-…"],
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        min_length=1,
        description=(
            "For HTTP: verifies requests from Slack. Basic Information → Signing Secret. Set this "
            "or SLACK_APP_TOKEN."
        ),
        examples=["…"],
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        min_length=1,
        description=(
            "For Socket Mode, no public address needed. Basic Information → App-Level Tokens, "
            "scope connections:write."
        ),
        examples=["xapp-…"],
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Base URL of Slack's Web API."
    )
    slack_timeout_seconds: float = Field(
        default=10.0, gt=0, description="Timeout of one call to Slack, in seconds."
    )
    database_url: str = Field(
        default="sqlite:///warroom.db",
        description="SQLite file for one process, or postgresql://… for several replicas; works "
        "behind a pooler.",
        examples=["postgresql://warroom:secret@db/warroom"],
    )
    warroom_policy: Path | None = Field(
        default=None,
        description="Path of your policy file; defaults to the bundled bot/policy.yaml.",
        examples=["/etc/warroom/policy.yaml"],
    )
    warroom_announce_channel: str | None = Field(
        default=None,
        description="ID of the channel for announcements; overrides the policy.",
        examples=["C0123ABCD"],
    )
    audit_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Proves where timelines end to `warroom audit verify`; keep it out of backups.",
        examples=["32 random characters or more"],
    )
    audit_keys_previous: SecretStr | None = Field(
        default=None,
        description="Earlier values of AUDIT_KEY, with commas, until `warroom audit seal` was run.",
        examples=["…"],
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="API key of the language model; today only `warroom doctor` uses it.",
        examples=["sk-…"],
    )
    openai_base_url: str = Field(
        default="https://api.openai.com/v1",
        description="Base URL of an OpenAI-compatible API.",
    )
    warroom_llm_model: str = Field(default="gpt-5-mini", description="Model name.")
    warroom_log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Minimum level of the JSON log on standard error.",
    )
    warroom_grace_seconds: float = Field(
        default=10.0, ge=0, description="Seconds to finish work in progress on shutdown."
    )
    host: str = Field(default="127.0.0.1", description="Listen address; 0.0.0.0 for all.")
    port: int = Field(default=3000, ge=0, le=65535, description="Listen port.")

    @field_validator("slack_bot_token", "slack_signing_secret", "slack_app_token", "openai_api_key")
    @classmethod
    def _is_one_word(cls, secret: SecretStr | None) -> SecretStr | None:
        # A line break from a copied file would only break the first request that carries it.
        if secret is not None and any(map(str.isspace, secret.get_secret_value())):
            raise ValueError("it contains a space or a line break; copy it again without")
        return secret

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
    def audit_secrets(self) -> tuple[str, ...]:
        """The audit keys, the one of now first; empty when there is none."""
        if self.audit_key is None:
            return ()
        known = self.audit_keys_previous
        earlier = known.get_secret_value().split(",") if known is not None else []
        return (self.audit_key.get_secret_value(), *(one.strip() for one in earlier))

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
