"""Prompt files are checked when they are loaded, and filled once."""

from pathlib import Path

import pytest

from prompts import library

WHOLE = """# Sample

## Purpose

Shows.

## Inputs

- `stage`: which one.
- `record`: the facts.

## Never says

- names

## Rules

Stage: {{stage}}.

## Material

{{record}}
"""


def _loaded(folder: Path, content: str) -> library.Prompt:
    (folder / "sample.md").write_text(content, encoding="utf-8")
    return library.load(folder)["sample"]


def test_shipped_prompts_take_stage_and_language() -> None:
    prompts = library.load()
    assert set(prompts) == {"customer_update", "situation_summary"}
    for prompt in prompts.values():
        assert {"stage", "language", "record", "messages"} <= prompt.inputs
        assert prompt.never_says in prompt.rules


@pytest.mark.parametrize("name", ["customer_update", "situation_summary"])
def test_what_changes_from_call_to_call_comes_last(name: str) -> None:
    prompt = library.load()[name]
    assert {"stage", "language"} == set(library.VARIABLE.findall(prompt.rules))
    assert library.VARIABLE.findall(prompt.material)[-1] == "messages"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("{{record}}", "nothing", "missing record", id="listed-not-used"),
        pytest.param("{{record}}", "{{record}} {{other}}", "unknown other", id="used-not-listed"),
        pytest.param("## Never says", "## Says", "Never says", id="section-missing"),
        pytest.param("- names", "", "in this order", id="section-empty"),
    ],
)
def test_an_unusable_file_is_refused_when_loaded(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(library.PromptError, match=says):
        _loaded(tmp_path, WHOLE.replace(old, new))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        pytest.param({"stage": "initial"}, "missing record", id="missing"),
        pytest.param({"stage": "a", "record": "b", "now": "c"}, "unknown now", id="unknown"),
    ],
)
def test_filling_takes_exactly_the_inputs(
    tmp_path: Path, values: dict[str, str], says: str
) -> None:
    with pytest.raises(library.PromptError, match=says):
        _loaded(tmp_path, WHOLE).fill(values)


def test_a_value_that_looks_like_a_variable_stays_text(tmp_path: Path) -> None:
    filled = _loaded(tmp_path, WHOLE).fill({"stage": "{{record}}", "record": "secret"})
    assert "Stage: {{record}}." in filled.rules
    assert filled.material == "secret"


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    before = _loaded(tmp_path, WHOLE)
    assert _loaded(tmp_path, WHOLE).version == before.version
    assert _loaded(tmp_path, WHOLE.replace("- names", "- dates")).version != before.version
