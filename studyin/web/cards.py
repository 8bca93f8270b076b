"""Cards over HTTP."""

from aiohttp import web


def set_up(app: web.Application) -> None: ...


def tell(app: web.Application, account_id: str) -> None: ...
