"""Text that both databases take, whatever a program sends."""

from typing import Any


def storable(text: str) -> str:
    """Return `text` without NUL and with broken surrogates replaced by U+FFFD.

    Postgres refuses NUL, and neither database takes half of a surrogate pair. Every door text
    comes through calls this, so that nothing behind it has to.
    """
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable_json(value: Any) -> Any:  # a JSON value
    """Return a JSON value in which every text is storable, names of fields included."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): storable_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [storable_json(inner) for inner in value]
    return value
