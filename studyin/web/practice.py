"""The practice page: the cards that are due, and all cards, drawn on the server."""

from __future__ import annotations

from aiohttp import web

from studyin.web import offline
from studyin.web.accounts import account_of
from studyin.web.cards import card_shape
from studyin.web.keys import DECK
from studyin.web.templates import render

SHOWN_DUE = 50
SHOWN_CARDS = 50


def set_up(app: web.Application) -> None:
    app.router.add_get("/cards", show)


async def show(request: web.Request) -> web.Response:
    """`?query=&before=` choose what is listed below the cards that are due."""
    deck, account_id = request.app[DECK], account_of(request)
    query, before = request.query.get("query", "").strip(), request.query.get("before")
    listed = await deck.list(account_id, query=query, before=before, limit=SHOWN_CARDS)
    searching = bool(query) or before is not None
    # Who looks for a card does not practise: no key may rate what is not to be seen.
    due = [] if searching else (await deck.due(account_id, limit=SHOWN_DUE)).cards
    pending = await deck.pending(account_id)
    now = deck.now
    response = render(
        "cards.html",
        request,
        {
            "now": now,
            "due": pending.due,
            "all": pending.all,
            "next_due": pending.next,
            "due_cards": [card_shape(card, now) for card in due],
            "cards": [card_shape(card, now) for card in listed.cards],
            "next": listed.next,
            "query": query,
            "searching": searching,
        },
    )
    return offline.mark(request, response)
