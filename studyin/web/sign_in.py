"""Coming in and going out: the pages for signing in and for an invitation, which need no script, and signing out."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from studyin.accounts.names import MAX_NAME, MIN_PASSWORD
from studyin.accounts.register import TooManyTriesError
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.logins import Invitation
from studyin.web import cookies
from studyin.web.accounts import current, page_after, see_other, visitor_of
from studyin.web.forms import form_of
from studyin.web.keys import ACCOUNTS, GATE, SETTINGS
from studyin.web.templates import render


def set_up(app: web.Application) -> None:
    app.router.add_get("/sign-in", show_sign_in)
    app.router.add_post("/sign-in", sign_in)
    app.router.add_post("/sign-out", sign_out)
    app.router.add_post("/sign-out-everywhere", sign_out_everywhere)
    app.router.add_get("/invitation", show_invitation)
    app.router.add_post("/invitation", accept)


async def show_sign_in(request: web.Request) -> web.Response:
    """`?next=` is the page to go to afterwards."""
    require_passwords(request)
    wanted = page_after(request.query.get("next", ""))
    if await visitor_of(request, request.app):
        return see_other(f"./{wanted}")
    nobody = not await request.app[ACCOUNTS].list()
    signed_out = "signed-out" in request.query
    return render("sign_in.html", request, {"wanted": wanted, "nobody": nobody, "signed_out": signed_out, "name": ""})


async def sign_in(request: web.Request) -> web.Response:
    require_passwords(request)
    form = await form_of(request)
    name, wanted = form.get("name", "")[: 2 * MAX_NAME], page_after(form.get("next", ""))
    try:
        address = request.app[GATE].address(request)
        token, _ = await request.app[ACCOUNTS].sign_in(name, form.get("password", ""), address)
    except StudyinError as error:
        return refused("sign_in.html", request, {"wanted": wanted, "name": name}, error)
    return _welcome(request, token, wanted)


async def sign_out(request: web.Request) -> web.Response:
    require_passwords(request)
    if (login_id := current(request).login_id) is not None:
        await request.app[ACCOUNTS].sign_out(login_id)
    return _goodbye(request)


async def sign_out_everywhere(request: web.Request) -> web.Response:
    require_passwords(request)
    await request.app[ACCOUNTS].sign_out_everywhere(current(request).account.id)
    return _goodbye(request)


async def show_invitation(request: web.Request) -> web.Response:
    """`?token=`: looking at it uses nothing up, as programs that preview links do."""
    require_passwords(request)
    token = request.query.get("token", "")
    invitation = await request.app[ACCOUNTS].invitation(token)
    return render("invitation.html", request, _invited(token, invitation, invitation.name))


async def accept(request: web.Request) -> web.Response:
    require_passwords(request)
    form = await form_of(request)
    token, name = form.get("token", ""), form.get("name", "")[: 2 * MAX_NAME]
    invitation = await request.app[ACCOUNTS].invitation(token)
    try:
        if form.get("password", "") != form.get("again", ""):
            raise StudyinError(Code.BAD_REQUEST, say("Expected the same password twice, got two. Type both again."))
        login_token, _ = await request.app[ACCOUNTS].accept(token, name, form.get("password", ""))
    except StudyinError as error:
        return refused("invitation.html", request, _invited(token, invitation, name), error)
    return _welcome(request, login_token, "")


def require_passwords(request: web.Request) -> None:
    """There is nothing to sign in to, or out of, where no accounts are or a proxy has them. Raises StudyinError."""
    if request.app[SETTINGS].auth != "password":
        raise StudyinError(Code.NOT_FOUND, say("There is nothing at this address."), status=404)


def refused(template: str, request: web.Request, context: dict[str, Any], error: StudyinError) -> web.Response:
    """The page of a form once more, with what was wrong."""
    response = render(template, request, {**context, "problem": error.message}, status=error.status)
    if isinstance(error, TooManyTriesError):
        response.headers[hdrs.RETRY_AFTER] = str(error.seconds)
    return response


def _invited(token: str, invitation: Invitation, name: str) -> dict[str, Any]:
    return {"token": token, "name": name, "account": invitation.account, "least": MIN_PASSWORD, "most": MAX_NAME}


def _welcome(request: web.Request, token: str, wanted: str) -> web.Response:
    response = see_other(f"./{wanted}")
    cookies.write(request, response, token, request.app[SETTINGS].login_days)
    return response


def _goodbye(request: web.Request) -> web.Response:
    response = see_other("./sign-in?signed-out")
    cookies.forget(request, response)
    return response
