"""Channels: join, leave, bring people in, rename, archive, make private, delete."""

from bot.sandbox import changes, checks
from bot.sandbox.errors import NotPossibleError
from bot.sandbox.play.acts import Acts
from bot.sandbox.web_api.people import as_user
from bot.sandbox.workspace import Channel


class Channels(Acts):
    def join(self, user: str, channel: str) -> None:
        place = self._channel(channel, user)
        if place.is_private and user not in place.members:
            raise NotPossibleError("Private channels are joined by invitation.")
        self._guests_stay_where_invited(user)
        changes.join(self._sandbox, place, user)

    def leave(self, user: str, channel: str) -> None:
        changes.leave(self._sandbox, self._channel(channel, user), user)

    def invite(self, user: str, channel: str, invited: str) -> None:
        place = self._joined(channel, user)
        if invited not in self._sandbox.workspace.users:
            raise NotPossibleError("There is no such person.")
        changes.join(self._sandbox, place, invited, inviter=user)

    def kick(self, user: str, channel: str, kicked: str) -> None:
        changes.leave(self._sandbox, self._joined(channel, user), kicked)

    def rename(self, user: str, channel: str, name: str) -> None:
        checks.channel_name(name)
        changes.rename(self._sandbox, self._joined(channel, user), name)

    def archive(self, user: str, channel: str) -> None:
        changes.archive(self._sandbox, self._channel(channel, user), user)

    def unarchive(self, user: str, channel: str) -> None:
        changes.unarchive(self._sandbox, self._channel(channel, user), user)

    def make_private(self, user: str, channel: str) -> None:
        place = self._joined(channel, user)
        place.is_private = True
        text = "made this channel private"
        changes.note(self._sandbox, place, user, "channel_convert_to_private", text)

    def delete_channel(self, user: str, channel: str) -> None:
        place = self._channel(channel, user)
        kind = "group_deleted" if place.is_private else "channel_deleted"
        self._sandbox.emit(place, {"type": kind, "channel": channel, "actor_id": user})
        del self._sandbox.workspace.channels[channel]
        self._sandbox.touch()

    def make_guest(self, user: str, changed: str) -> None:
        """Have a member of the workspace become a guest, as an administrator would."""
        workspace = self._sandbox.workspace
        if not workspace.users[user].is_admin:
            raise NotPossibleError("Only administrators change what people are.")
        person = workspace.users[changed]
        person.is_restricted = True
        about = as_user(self._sandbox, person)
        self._sandbox.emit_of_workspace({"type": "user_change", "user": about})
        self._sandbox.touch()

    def read(self, user: str, channel: str) -> None:
        """Have seen everything in a channel up to now."""
        place: Channel = self._channel(channel, user)
        seen = self._sandbox.workspace.read
        if place.messages and seen.get((user, channel)) != place.messages[-1].ts:
            seen[user, channel] = place.messages[-1].ts
            self._sandbox.touch()

    def _guests_stay_where_invited(self, user: str) -> None:
        person = self._sandbox.workspace.users[user]
        if person.is_restricted or self._sandbox.workspace.is_external(user):
            raise NotPossibleError("Guests join channels by invitation only.")
