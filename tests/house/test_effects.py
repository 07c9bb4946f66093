"""Effects are collected by hand; nothing is forgotten."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import bot.domain
from bot.domain.effect import Effect
from bot.domain.effects import EFFECTS
from bot.domain.escalation.effects import EscalationEffect


def declared(base: type[Effect]) -> Iterator[type[Effect]]:
    for kind in base.__subclasses__():
        yield kind
        yield from declared(kind)


def test_every_effect_that_a_capability_declares_is_collected() -> None:
    for module in pkgutil.walk_packages(bot.domain.__path__, "bot.domain."):
        importlib.import_module(module.name)

    # By name, because a dataclass with slots is a second class beside the one that was written.
    written = {k.__name__ for k in declared(Effect) if k.__module__.startswith("bot.domain.")}

    assert {kind.__name__ for kind in EFFECTS} == written - {EscalationEffect.__name__}


def test_no_effect_is_collected_twice() -> None:
    assert len(EFFECTS) == len({kind.__name__ for kind in EFFECTS})


@pytest.mark.parametrize("kind", EFFECTS, ids=[kind.__name__ for kind in EFFECTS])
def test_an_effect_is_declared_where_its_capability_declares_them(kind: type[Effect]) -> None:
    assert kind.__module__.startswith("bot.domain.")
    assert kind.__module__.endswith(".effects")
