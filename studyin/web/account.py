"""The page of one's own account: a new password, signing out everywhere; for admins also who else there is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import hdrs, web

from studyin.accounts.names import MAX_NAME, MIN_PASSWORD
from studyin.accounts.register import INVITATION_DAYS
from studyin.errors import Code, StudyinError
from studyin.language import phrase, say
from studyin.store.accounts import Account, Role
from studyin.web.accounts import current, require_admin, see_other
from studyin.web.forms import form_of
from studyin.web.keys import ACCOUNTS, GATE, SETTINGS
from studyin.web.sign_in import refused, require_passwords
from studyin.web.templates import render

# What the page says after a form was taken.
DONE = {
    "password": phrase("Your password is changed. Everywhere else you are signed out."),
    "disabled": phrase("The account is disabled and signed out everywhere. What it has is kept."),
    "enabled": phrase("The account is enabled."),
    "withdrawn": phrase("The invitation no longer works."),
}


def set_up(app: web.Application) -> None:
    app.router.add_get("/account", show)
    app.router.add_post("/account/password", change_password)
    app.router.add_post("/people/invite", invite)
    app.router.add_post("/people/{account_id}/disable", disable)
    app.router.add_post("/people/{account_id}/enable", enable)
    app.router.add_post("/people/{account_id}/new-password", offer_new_password)
    app.router.add_post("/people/invitations/{invitation_id}/withdraw", withdraw)


async def show(request: web.Request) -> web.Response:
    _require_accounts(request)
    done = say(DONE.get(request.query.get("done", ""), ""))
    return render("account.html", request, {**await _context(request), "done": done})


async def change_password(request: web.Request) -> web.Response:
    require_passwords(request)
    form, login = await form_of(request), current(request).login
    assert login is not None  # where passwords are, nobody comes in without
    new = form.get("new", "")
    try:
        if new != form.get("again", ""):
            raise StudyinError(Code.BAD_REQUEST, say("Expected the same new password twice, got two. Type both again."))
        address = request.app[GATE].address(request)
        await request.app[ACCOUNTS].change_password(login, form.get("current", ""), new, address)
    except StudyinError as error:
        return refused("account.html", request, await _context(request), error)
    return see_other("../account?done=password")


async def invite(request: web.Request) -> web.Response:
    """The page with a new link on it, which is shown this once."""
    require_passwords(request)
    require_admin(request)
    form = await form_of(request)
    role = Role.ADMIN if form.get("role") == Role.ADMIN else Role.STUDENT
    try:
        token = await request.app[ACCOUNTS].invite(form.get("name", "").strip(), role)
    except StudyinError as error:
        return refused("account.html", request, {**await _context(request), "asked": form}, error)
    return await _with_link(request, token, form.get("name", "").strip())


async def offer_new_password(request: web.Request) -> web.Response:
    """The page with a link to a new password, for who forgot the old one."""
    require_passwords(request)
    account = await _other(request)
    token = await request.app[ACCOUNTS].invite_back(account)
    return await _with_link(request, token, account.name, is_for_password=True)


async def disable(request: web.Request) -> web.Response:
    _require_accounts(request)
    account = await _other(request)
    await request.app[ACCOUNTS].disable(account.id)
    return see_other("../../account?done=disabled")


async def enable(request: web.Request) -> web.Response:
    _require_accounts(request)
    account = await _other(request)
    await request.app[ACCOUNTS].enable(account.id)
    return see_other("../../account?done=enabled")


async def withdraw(request: web.Request) -> web.Response:
    require_passwords(request)
    require_admin(request)
    await request.app[ACCOUNTS].withdraw(request.match_info["invitation_id"])
    return see_other("../../../account?done=withdrawn")


def _require_accounts(request: web.Request) -> None:
    if request.app[SETTINGS].auth == "none":
        raise StudyinError(Code.NOT_FOUND, say("There is nothing at this address."), status=404)


async def _other(request: web.Request) -> Account:
    """The account that an admin is about to change: not the admin's own, so that one always is left."""
    admin = require_admin(request)
    account = await request.app[ACCOUNTS].get(request.match_info["account_id"])
    if account.id == admin.id:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected somebody else's account, got your own. Ask another admin, or use the command line."),
        )
    return account


async def _with_link(request: web.Request, token: str, name: str, *, is_for_password: bool = False) -> web.Response:
    link = f"{_root_address(request)}invitation?{urlencode({'token': token})}"
    made = {"link": link, "name": name, "is_for_password": is_for_password, "days": f"{INVITATION_DAYS:g}"}
    return render("account.html", request, {**await _context(request), "made": made})


def _root_address(request: web.Request) -> str:
    """The page's own address, to send to others. Only the browser knows the prefix below which a proxy serves us; its
    form tells where it came from, and whose form it is was checked by its Origin."""
    page = urlsplit(request.headers.get(hdrs.REFERER, ""))
    place = f"{page.scheme}://{page.netloc}"
    if place == request.headers.get(hdrs.ORIGIN):
        for end in ("account", request.path.removeprefix("/")):
            if page.path.endswith("/" + end):
                return place + page.path.removesuffix(end)
    gate = request.app[GATE]
    return f"{gate.scheme(request)}://{gate.host(request)}/"


async def _context(request: web.Request) -> dict[str, Any]:
    account, settings = current(request).account, request.app[SETTINGS]
    is_admin = account.role is Role.ADMIN
    return {
        "account": account,
        "has_passwords": settings.auth == "password",
        "least": MIN_PASSWORD,
        "most": MAX_NAME,
        "is_admin": is_admin,
        "people": await request.app[ACCOUNTS].list() if is_admin else (),
        "invitations": await request.app[ACCOUNTS].invitations() if is_admin else (),
        "days": f"{INVITATION_DAYS:g}",
    }
