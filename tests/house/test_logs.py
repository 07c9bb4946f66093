"""What log lines hide: secrets of every service that is used, wherever in a line they stand."""

import pytest

from bot.logs import mask

SECRETS = [
    "xoxb-1234567890-abcdef",
    "xoxp-1-2-3",
    "xoxe.xoxp-1-Mi0yLTE",
    "xapp-1-A0123-456-abcdef",
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    "Bearer abc.def",
    "Basic dXNlcjpwYXNz",
    "sk-proj-abcdef0123456789",
    "wss://wss-primary.slack.com/link/?ticket=1",
    "https://hooks.slack.com/commands/T1/2/3",
    "https://hooks.slack-gov.com/actions/T1/2/3",
    "https://files.slack.com/upload/v1/CwABAAAA",
    "postgresql://warroom:hun/ter2@db/warroom".partition("//")[2].partition("@")[0] + "@",
    "password=hunter2",
]
PREFIX = {"postgresql": "postgresql://"}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_in_text_lists_and_dictionaries(secret: str) -> None:
    text = f"postgresql://{secret}db" if secret.endswith("@") else f"it said {secret} twice"
    event = {"event": text, "more": [text, {"deep": (text,)}], "error": ValueError(text)}

    hidden = mask(None, "info", event)

    assert secret.rstrip("@") not in str(hidden)
    assert "***" in str(hidden)


def test_what_is_no_secret_stays() -> None:
    event = {"event": "answered", "status": 200, "seconds": 0.5, "ok": True, "room": "C0123"}

    assert mask(None, "info", dict(event)) == event
