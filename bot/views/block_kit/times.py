"""A time that has to be asked: the form of what it belongs to, with what it may mean to choose."""

from bot.domain.time import due
from bot.views.block_kit.blocks import Json, bold, line, rich, words
from bot.views.block_kit.inputs import field, instant_input, option, radio

CHOICE = "time_choice"  # block of the times to choose from; their values are seconds since 1970
NONE, OTHER = "none", "other"
NO_TIME, AS_IT_IS = "No due time", "Keep it as it is"
SET_HERE = "Set a time here, or choose another option above."
BOTH = "Choose a time above or set one here, not both."


def asking(
    view: Json,
    reading: due.Reading | None,
    time_zone: str,
    *,
    name: str = "due_at",
    none: str | None = NO_TIME,
) -> Json:
    """Return a form that says how a typed time was read, and asks which one was meant.

    Args:
        view: The form; its input `name` takes a day and time.
        reading: What came of reading; None asks nothing.
        time_zone: IANA name of the zone of whoever fills it in.
        name: The block of the input.
        none: The choice that sets no time; None where one has to be set.
    """
    place = next((n for n, b in enumerate(view["blocks"]) if b.get("block_id") == name), None)
    if reading is None or place is None:
        return view
    blocks: list[Json] = list(view["blocks"])
    said = rich(line(bold("⏰ "), words(due.question(reading, time_zone))))
    match reading:
        case due.Ambiguous(candidates=(_, *_)):
            picker = _empty(blocks[place])
            label = blocks[place]["label"]["text"]
            blocks[place : place + 1] = [said, _choice(label, reading, time_zone, none), picker]
        case _:
            blocks.insert(place, said)
    return {**view, "blocks": blocks}


def _choice(label: str, reading: due.Ambiguous, time_zone: str, none: str | None) -> Json:
    options = [
        option(due.absolute(at, time_zone), str(int(at.timestamp()))) for at in reading.candidates
    ]
    more = [option("Another time (set below)", OTHER)]
    more += [option(none, NONE)] if none is not None else []
    return field(CHOICE, label, radio([*options, *more]))


def _empty(picker: Json) -> Json:
    return {
        **picker,
        "label": {**picker["label"], "text": "Another time"},
        "element": instant_input(),
    }
