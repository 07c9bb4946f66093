"""Inputs of forms; each block is named like the field it fills."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.views.block_kit.action_ids import VALUE
from bot.views.block_kit.blocks import MAX_INPUT, MAX_OPTION, MAX_OPTIONS, MAX_VALUE, Json, plain
from bot.views.block_kit.text import clean, cut

MAX_LABEL = 150
MAX_PLACEHOLDER = 150


def field(name: str, label: str, element: Json, *, optional: bool = False, hint: str = "") -> Json:
    made: Json = {
        "type": "input",
        "block_id": name,
        "label": plain(label, MAX_LABEL),
        "element": element,
        "optional": optional,
    }
    return made | ({"hint": plain(hint, MAX_LABEL)} if hint else {})


def text_input(
    *, initial: str = "", longest: int = MAX_INPUT, several_lines: bool = False, example: str = ""
) -> Json:
    given = cut(clean(initial), longest)
    return _present(
        type="plain_text_input",
        action_id=VALUE,
        multiline=several_lines,
        max_length=longest,
        initial_value=given or None,
        placeholder=plain(example, MAX_PLACEHOLDER) if example else None,
    )


def url_input(*, initial: str = "") -> Json:
    return _present(type="url_text_input", action_id=VALUE, initial_value=initial or None)


def date_input(*, initial: date | None = None) -> Json:
    day = initial.isoformat() if initial else None
    return _present(type="datepicker", action_id=VALUE, initial_date=day)


def instant_input(*, initial: datetime | None = None) -> Json:
    """A day and time, in the zone of whoever fills it in."""
    at = int(initial.timestamp()) if initial else None
    return _present(type="datetimepicker", action_id=VALUE, initial_date_time=at)


def checkbox(text: str, *, is_on: bool) -> Json:
    chosen = option(text, "yes")
    given = [chosen] if is_on else None
    return _present(type="checkboxes", action_id=VALUE, options=[chosen], initial_options=given)


def checkboxes(texts: Sequence[str], *, ticked: Sequence[str] = ()) -> Json:
    """Boxes whose values are their texts."""
    options = [option(text, text) for text in texts]
    on = [made for made, text in zip(options, texts, strict=True) if text in ticked]
    return _present(type="checkboxes", action_id=VALUE, options=options, initial_options=on or None)


def person_input(*, initial: str | None = None) -> Json:
    return _present(type="users_select", action_id=VALUE, initial_user=initial)


def people_input(*, initial: Sequence[str] = ()) -> Json:
    return _present(type="multi_users_select", action_id=VALUE, initial_users=list(initial) or None)


def select(
    options: Sequence[Json],
    *,
    initial: str | None = None,
    action: str = VALUE,
    placeholder: str = "",
) -> Json:
    chosen = next((o for o in options if o["value"] == initial), None)
    return _present(
        type="static_select",
        action_id=action,
        placeholder=plain(placeholder, MAX_PLACEHOLDER) if placeholder else None,
        options=list(options)[:MAX_OPTIONS],
        initial_option=chosen,
    )


def radio(options: Sequence[Json], *, initial: str | None = None) -> Json:
    chosen = next((o for o in options if o["value"] == initial), None)
    return _present(
        type="radio_buttons", action_id=VALUE, options=list(options), initial_option=chosen
    )


def option(text: str, value: str, *, description: str = "") -> Json:
    return _present(
        text=plain(text, MAX_OPTION),
        value=cut(value, MAX_VALUE),
        description=plain(description, MAX_OPTION) if description else None,
    )


def _present(**values: Any) -> Json:  # JSON values
    """Return the values that are set; Slack refuses nulls."""
    return {name: value for name, value in values.items() if value is not None}
