"""People, user groups, bookmarks, and who the bot is."""

from bot.sandbox.errors import SlackError
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api.registry import Json, method, own_channel, page, text_of, user_of
from bot.sandbox.workspace import Bookmark, User

MOST_BOOKMARKS = 100


@method("auth.test", tier=5)
def auth_test(sandbox: Sandbox, _args: Json) -> Json:
    workspace = sandbox.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.users[workspace.bot_user].name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


@method("api.test", tier=5)
def api_test(_sandbox: Sandbox, args: Json) -> Json:
    return {"args": args}


@method("team.info", tier=3, scopes=["team:read"])
def team_info(sandbox: Sandbox, _args: Json) -> Json:
    workspace = sandbox.workspace
    return {"team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain}}


@method("users.info", tier=4, scopes=["users:read"])
def info(sandbox: Sandbox, args: Json) -> Json:
    return {"user": as_user(sandbox, user_of(sandbox, text_of(args, "user")))}


@method("users.list", tier=2, scopes=["users:read"])
def listing(sandbox: Sandbox, args: Json) -> Json:
    users = [as_user(sandbox, user) for user in sandbox.workspace.users.values()]
    return page(users, args, "members")


@method("users.lookupByEmail", tier=3, scopes=["users:read.email"])
def by_email(sandbox: Sandbox, args: Json) -> Json:
    name = text_of(args, "email").partition("@")[0]
    for user in sandbox.workspace.users.values():
        if user.name == name and not user.deleted:
            return {"user": as_user(sandbox, user)}
    raise SlackError("users_not_found")


@method("usergroups.list", tier=2, scopes=["usergroups:read"])
def groups(sandbox: Sandbox, _args: Json) -> Json:
    return {"usergroups": list(sandbox.workspace.groups.values())}


@method("usergroups.users.list", tier=2, scopes=["usergroups:read"])
def group_members(sandbox: Sandbox, args: Json) -> Json:
    group = sandbox.workspace.groups.get(text_of(args, "usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group["users"]}


@method("bookmarks.list", tier=3, scopes=["bookmarks:read"])
def bookmarks(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args, "channel_id")
    return {
        "bookmarks": [
            {"id": b.id, "title": b.title, "link": b.link, "type": "link"}
            for b in channel.bookmarks
        ]
    }


@method("bookmarks.add", tier=2, scopes=["bookmarks:write"])
def add_bookmark(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args, "channel_id")
    link = text_of(args, "link")
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = Bookmark(id=sandbox.workspace.new_id("Bk"), title=text_of(args, "title"), link=link)
    channel.bookmarks.append(bookmark)
    sandbox.touch()
    return {"bookmark": {"id": bookmark.id, "title": bookmark.title, "link": link}}


@method("bookmarks.remove", tier=2, scopes=["bookmarks:write"])
def remove_bookmark(sandbox: Sandbox, args: Json) -> Json:
    channel = own_channel(sandbox, args, "channel_id")
    wanted = text_of(args, "bookmark_id")
    found = next((b for b in channel.bookmarks if b.id == wanted), None)
    if found is None:
        raise SlackError("not_found")
    channel.bookmarks.remove(found)
    sandbox.touch()
    return {}


def as_user(sandbox: Sandbox, user: User) -> Json:
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_stranger": sandbox.workspace.is_external(user.id),
        "tz": user.tz,
        "profile": {"display_name": user.name, "real_name": user.real_name, "title": user.title},
    }
