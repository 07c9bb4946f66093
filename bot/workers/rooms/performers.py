"""Who compares rooms with Slack."""

from collections.abc import Iterator

from bot.container import Container
from bot.domain.rooms.effects import ReconcileRoom
from bot.workers.delivery import Performers
from bot.workers.rooms.reconciliation import Reconciler, ReconcileSweep
from bot.workers.scheduler import Sweep


def performers(reconciler: Reconciler) -> Performers:
    return {ReconcileRoom: reconciler.perform}


def sweeps(parts: Container) -> Iterator[Sweep]:
    yield ReconcileSweep(parts.services.reconciliation)
