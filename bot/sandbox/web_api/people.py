"""People, user groups, and who the bot is."""

from bot.sandbox.errors import SlackError
from bot.sandbox.slack import Sandbox
from bot.sandbox.web_api.registry import Json, is_true, method, page, text_of, user_of
from bot.sandbox.workspace import User


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


@method("apps.connections.open", tier=1)
def open_connection(sandbox: Sandbox, _args: Json) -> Json:
    """Return where one web socket may be opened; Socket Mode begins with it."""
    ticket = sandbox.delivery.sockets.ticket()
    address = sandbox.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link?ticket={ticket}"}


@method("api.test", tier=5)
def api_test(_sandbox: Sandbox, args: Json) -> Json:
    return {"args": args}


@method("team.info", tier=3, scopes=["team:read"])
def team_info(sandbox: Sandbox, _args: Json) -> Json:
    workspace = sandbox.workspace
    return {"team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain}}


@method("users.info", tier=4, scopes=["users:read"])
def info(sandbox: Sandbox, args: Json) -> Json:
    user = user_of(sandbox, text_of(args, "user"))
    asked = is_true(args.get("include_locale"))
    return {"user": as_user(sandbox, user) | ({"locale": user.locale} if asked else {})}


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
