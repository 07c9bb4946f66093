"""CSV files as programs write them: what Excel, HubSpot, Salesforce and Zendesk make of a table."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r"\"?sep=(.)\"?\r?\n?", re.IGNORECASE)  # Excel's own first line
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


class NoTable(ValueError):
    """The text is no table; `line` is where, counted from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Attributes: `rows` are lines of the file, counted from 1, and their cells."""

    names: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8 or UTF-16, with or without a byte order mark.

    Raises:
        UnicodeDecodeError: It is in neither.
    """
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding)
    if b"\0" in content[:2]:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    return content.decode("utf-8")


def read(text: str) -> Table:
    """Return the table in a CSV text whose first row names the columns.

    Commas, semicolons, tabs or bars part the cells. Rows and columns in which nothing stands are
    left out, and so are the lines that a report ends with after an empty one.

    Raises:
        NoTable: The quotation marks make no sense.
    """
    delimiter, skipped = _delimiter(text)
    reader = csv.reader(io.StringIO(text[skipped:], newline=""), delimiter=delimiter, strict=True)
    before = 1 if skipped else 0
    found: list[tuple[int, list[str]]] = []
    try:
        found = [(reader.line_num + before, row) for row in reader]
    except csv.Error as error:
        raise NoTable(reader.line_num + before, str(error)) from None
    filled = [(line, row) for line, row in _without_footer(found) if any(map(str.strip, row))]
    if not filled:
        return Table(names=(), rows=())
    (_, names), *rows = filled
    width = max((i for i, name in enumerate(names, 1) if name.strip()), default=0)
    return Table(
        names=tuple(name.strip() for name in names[:width]),
        rows=tuple((line, _fitted(row, width)) for line, row in rows),
    )


def _delimiter(text: str) -> tuple[str, int]:
    """Return what parts the cells, and how many characters at the beginning say so."""
    if match := SEPARATOR.match(text):
        return match[1], match.end()
    head = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    often = Counter(head)
    return max(DELIMITERS, key=lambda mark: often[mark]), 0


def _without_footer(rows: Sequence[tuple[int, list[str]]]) -> Sequence[tuple[int, list[str]]]:
    """Return the rows without single cells at the end that an empty row comes before."""
    end = len(rows)
    while end and sum(1 for cell in rows[end - 1][1] if cell.strip()) <= 1:
        end -= 1
    empty = next((i for i in range(end, len(rows)) if not any(map(str.strip, rows[i][1]))), None)
    is_table = len(rows) > 0 and sum(1 for name in rows[0][1] if name.strip()) > 1
    return rows if empty is None or not is_table else rows[:empty]


def _fitted(row: Sequence[str], width: int) -> tuple[str, ...]:
    """Return a row without what stands empty behind the last column."""
    filled = max((i for i, cell in enumerate(row, 1) if cell.strip()), default=0)
    return tuple(row[: max(width, filled)])
