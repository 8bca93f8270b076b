"""Whose request it is. One student, without signing in: `accounts` has the one row "local"."""

from __future__ import annotations

from aiohttp import web

LOCAL = "local"


def account_of(_request: web.BaseRequest) -> str:
    """The account whose sessions and materials the request may see."""
    return LOCAL
