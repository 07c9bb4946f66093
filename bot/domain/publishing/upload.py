"""Files on their way out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file to bring."""

    name: str
    title: str
    content: bytes
