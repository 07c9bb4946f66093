"""The sweep for reminders that fall due; rung often, because a reminder must not come late."""

from bot.services.reminders.reminders import Reminders
from storage.queue.deadlines import Deadline


class ReminderSweep:
    deadline = Deadline.REMINDER

    def __init__(self, reminders: Reminders) -> None:
        self._reminders = reminders

    async def sweep(self) -> None:
        """Have said what is due; with nothing due it costs one read of an index."""
        await self._reminders.sweep()
