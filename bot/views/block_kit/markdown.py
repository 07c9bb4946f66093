"""Markdown for files: other people's words in it stay words, wherever it is shown."""

import re

from bot.views.block_kit.text import clean, one_line

# What makes markup anywhere in a line, in CommonMark, in GitHub's dialect and with formulas.
SIGNS = re.compile(r"([\\`*_{}\[\]<>&|~#$^=!])")
# A colon begins an address, an emoji or a definition; the one in 16:00 does not.
COLON = re.compile(r"(?<!\d):(?=\S)|:(?!\d)(?=\S)")
BARE_ADDRESS = re.compile(r"\b(www)\.", re.IGNORECASE)
# What makes a list, a heading's underline or a rule at the beginning of a line.
LIST = re.compile(r"^([-+])|^(\d{1,9})([.)])")
# Pages that show Markdown look for names and numbers to link after it was read, where no
# backslash is left; a space without width between sign and name stops them.
NAME = re.compile(r"([@#])(?=\w)")
ADDRESS = re.compile(r"https?://[^\s<>\\]+")
UNSEEN = "\u200b"


def words(text: str) -> str:
    """Return somebody's words on one line, to the letter and without any meaning."""
    return _line(one_line(text))


def said(text: str, indent: str = "") -> str:
    """Return somebody's words as a quotation that keeps their lines."""
    lines = [_line(" ".join(line.split())) for line in clean(text).strip().split("\n")]
    return "\n".join(f"{indent}> {line}".rstrip() for line in lines)


def address(url: str) -> str:
    """Return a web address as a link; anything else, or one with tricks in it, as words."""
    url = one_line(url)
    return f"<{url}>" if ADDRESS.fullmatch(url) else words(url)


def _line(text: str) -> str:
    text = SIGNS.sub(r"\\\1", text)
    text = COLON.sub(r"\\:", text)
    text = BARE_ADDRESS.sub(r"\1\\.", text)
    text = LIST.sub(_not_a_list, text)
    return NAME.sub(rf"\1{UNSEEN}", text)


def _not_a_list(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"
