"""Cards over HTTP: kept, practised, changed, deleted, and taken along as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from studyin.coach.cards import Deck, Rating, intervals
from studyin.coach.proposing import of_sentence, places_of
from studyin.coach.question import Form
from studyin.errors import Code, StudyinError
from studyin.language import in_figures, phrase, say
from studyin.library.terms import plain, words
from studyin.store.cards import Card, Origin
from studyin.store.materials import Passage
from studyin.store.messages import Message
from studyin.store.passages import Surroundings
from studyin.store.proposals import Proposal
from studyin.text import storable
from studyin.web.accounts import account_of
from studyin.web.bodies import json_object, too_large, whole_body
from studyin.web.card_files import EXPORTS, from_csv
from studyin.web.keys import AUDIENCE, DECK, LIBRARY, MESSAGES
from studyin.web.markdown import to_html
from studyin.web.materials import place_shape
from studyin.web.sessions import MAX_LIMIT, limit_of

# Of a side: more is a page of notes, not a card.
MAX_SIDE_CHARS = 4_000
MAX_FILE_BYTES = 32 * 2**20

# The sides of a card, and what it was cut from, as one calls them.
_SIDES = {"front": phrase("front"), "back": phrase("back"), "quotation": phrase("quotation")}
_RATINGS = {rating.name.lower(): rating for rating in Rating}


def set_up(app: web.Application) -> None:
    app.router.add_get("/api/cards", list_cards)
    app.router.add_post("/api/cards", keep)
    app.router.add_get("/api/cards/due", list_due)
    app.router.add_get("/api/cards/export", export)
    app.router.add_post("/api/cards/import", take_in)
    app.router.add_get("/api/cards/{card_id}", show)
    app.router.add_patch("/api/cards/{card_id}", change)
    app.router.add_delete("/api/cards/{card_id}", delete)
    app.router.add_get("/api/cards/{card_id}/passage", show_passage)
    app.router.add_post("/api/cards/{card_id}/review", review)


def tell(app: web.Application, account_id: str) -> None:
    """The deck's listener: which cards are due has changed, and every page asks for what it shows of that."""
    app[AUDIENCE].tell(account_id, "cards", {"type": "cards"})


async def list_cards(request: web.Request) -> web.Response:
    """`?query=&before=&limit=` → {"cards": […], "next"}, the newest first; with a query those that have its words."""
    deck = request.app[DECK]
    listed = await deck.list(
        account_of(request),
        query=request.query.get("query", ""),
        before=request.query.get("before"),
        limit=limit_of(request, 50),
    )
    return web.json_response({"cards": [card_shape(card, deck.now) for card in listed.cards], "next": listed.next})


async def list_due(request: web.Request) -> web.Response:
    """`?after=&limit=` → {"cards": […], "next", "due", "all", "next_due"}, the longest due first.

    due, all: how many there are; next_due: when the next one comes that is not due yet, ms since 1970, or null.
    """
    deck, account_id = request.app[DECK], account_of(request)
    listed = await deck.due(account_id, after=request.query.get("after"), limit=limit_of(request, 50))
    pending = await deck.pending(account_id)
    return web.json_response(
        {
            "cards": [card_shape(card, deck.now) for card in listed.cards],
            "next": listed.next,
            "due": pending.due,
            "all": pending.all,
            "next_due": pending.next,
        }
    )


async def keep(request: web.Request) -> web.Response:
    """→ 201 and the card; 200 where the same had been kept.

    {"message_id", "proposal": n} keeps a card that a reply proposed, {"message_id", "source": n, "quotation"} makes one
    of a sentence that a reply quotes from its source n, or keeps the one it proposes of that sentence, {"front",
    "back"} is one of the student's own.
    """
    body, account_id = await json_object(request), account_of(request)
    deck = request.app[DECK]
    if "message_id" in body:
        message = await request.app[MESSAGES].get(account_id, _text(body, "message_id"))
        text, number = await _cut(request, message, body)
        origin = Origin(message.session_id, message.id, number)
        card, is_new = await deck.keep(account_id, text, origin)
    else:
        card, is_new = await deck.keep(account_id, Proposal(Form.EXPLAIN, _side(body, "front"), _side(body, "back")))
    return web.json_response(card_shape(card, deck.now), status=201 if is_new else 200)


async def show(request: web.Request) -> web.Response:
    card = await request.app[DECK].get(account_of(request), request.match_info["card_id"])
    return web.json_response(card_shape(card, request.app[DECK].now))


async def show_passage(request: web.Request) -> web.Response:
    """Where in the notes a card was cut from → as GET /api/materials/…/passages/…; `marked` is the card's quotation.

    Where the notes are gone, or say something else there by now, it is the quotation alone, and `deleted`.
    """
    account_id = account_of(request)
    text = (await request.app[DECK].get(account_id, request.match_info["card_id"])).text
    source = text.source
    if source is None:
        raise StudyinError(Code.NOT_FOUND, say("This card was not cut from your notes."), status=404)
    try:
        shown = await request.app[LIBRARY].surroundings(account_id, source.material_id, source.position)
    except StudyinError as error:
        if error.code is not Code.NOT_FOUND:
            raise
        marks = []
    else:
        marks = places_of(text.quotation, shown.passage.content)
    if marks:
        return web.json_response(await place_shape(shown, marks, deleted=False))
    passage = Passage(
        "", source.material_id, source.filename, source.position, text.quotation, source.heading, source.page
    )
    whole = [(0, len(text.quotation))]
    return web.json_response(await place_shape(Surroundings(passage, "", ""), whole, deleted=True))


async def change(request: web.Request) -> web.Response:
    """{"front"?, "back"?} → the card as it is now."""
    body = await json_object(request)
    front, back = (_side(body, side) if side in body else None for side in ("front", "back"))
    deck = request.app[DECK]
    card = await deck.change(account_of(request), request.match_info["card_id"], front=front, back=back)
    return web.json_response(card_shape(card, deck.now))


async def delete(request: web.Request) -> web.Response:
    await request.app[DECK].delete(account_of(request), request.match_info["card_id"])
    return web.Response(status=204)


async def review(request: web.Request) -> web.Response:
    """{"rating": "again"|"good", "review"?: n} → the card as it is now.

    review: which review of the card this is, one more than its `reviews`. Sent twice, it counts once.
    """
    body = await json_object(request)
    rating, number = _RATINGS.get(str(body.get("rating"))), body.get("review")
    if rating is None or isinstance(number, bool) or not (number is None or isinstance(number, int)):
        raise StudyinError(
            Code.BAD_REQUEST,
            say('Expected {"rating": "again" or "good", "review": the number of this review of the card}.'),
        )
    deck = request.app[DECK]
    card = await deck.review(account_of(request), request.match_info["card_id"], rating, number)
    return web.json_response(card_shape(card, deck.now))


async def export(request: web.Request) -> web.Response:
    """`?format=anki|csv` → all cards as a file: for Anki's import, or with everything that is known of them."""
    kind = request.query.get("format", "csv")
    if kind not in EXPORTS:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected `format` to be one of {names}, got {kind}.", names=", ".join(EXPORTS), kind=repr(kind[:20])),
        )
    content_type, suffix, write = EXPORTS[kind]
    cards = await all_cards(request.app[DECK], account_of(request))
    return web.Response(
        text=await asyncio.to_thread(write, cards),
        content_type=content_type,
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="studyin-cards.{suffix}"'},
    )


async def take_in(request: web.Request) -> web.Response:
    """A CSV file as the body → {"added", "known"}: how many cards were new, and how many were there already."""
    data = await whole_body(request, MAX_FILE_BYTES, too_large(say("Expected a file of at most 32 MB. Split it.")))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StudyinError(
            Code.BAD_REQUEST, say("Expected a CSV file in UTF-8, got other bytes. Save it as UTF-8.")
        ) from None
    deck = request.app[DECK]
    cards = await asyncio.to_thread(from_csv, storable(text), deck.now, MAX_SIDE_CHARS)
    added = await deck.take_in(account_of(request), cards)
    return web.json_response({"added": added, "known": len(cards) - added})


def card_shape(card: Card, now: int) -> dict[str, Any]:
    """A card as a browser sees it. intervals: in how many ms it comes back, by rating; times: ms since 1970."""
    text, memory, source = card.text, card.memory, card.text.source
    return {
        "id": card.id,
        "form": text.form,
        "front": text.front,
        "back": text.back,
        "front_html": to_html(text.front),
        "back_html": to_html(text.back),
        "quotation": text.quotation,
        "source": source and {name: getattr(source, name) for name in source.__dataclass_fields__},
        "session_id": card.session_id,
        "message_id": card.message_id,
        "proposal": card.proposal,
        "due": memory.due,
        "reviews": memory.reviews,
        "last_review": memory.last_review,
        "created_at": card.created_at,
        "intervals": {rating.name.lower(): interval for rating, interval in intervals(memory, now).items()},
    }


async def _cut(request: web.Request, message: Message, body: Mapping[str, Any]) -> tuple[Proposal, int | None]:
    """The card that is asked for of a reply, and which of its proposals it is."""
    number = body.get("proposal")
    if number is not None:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(message.proposals):
            raise StudyinError(Code.NOT_FOUND, say("This reply proposes no such card. Reload the page."), status=404)
        return message.proposals[number], number
    quotation, source = _side(body, "quotation"), body.get("source")
    passage = next((each.passage for each in message.quotations if each.number == source), None)
    if passage is None:
        raise StudyinError(Code.NOT_FOUND, say("This reply has no such source. Reload the page."), status=404)
    rarity = await request.app[LIBRARY].rarity(account_of(request), words(plain(passage.content)))
    made = of_sentence(passage, quotation, rarity)
    # What the reply proposes of the same words is what is meant: one sentence, one card.
    words_of = _spelt(made.quotation)
    same = (
        n
        for n, each in enumerate(message.proposals)
        if each.source == made.source and _spelt(each.quotation) == words_of
    )
    number = next(same, None)
    return (made, None) if number is None else (message.proposals[number], number)


async def all_cards(deck: Deck, account_id: str) -> list[Card]:
    """Every card, the oldest first."""
    cards: list[Card] = []
    cursor: str | None = None
    while True:
        listed = await deck.list(account_id, before=cursor, limit=MAX_LIMIT)
        cards += listed.cards
        cursor = listed.next
        if cursor is None:
            return cards[::-1]


def _spelt(text: str) -> str:
    return "".join(c for c in plain(text).casefold() if c.isalnum())


def _text(body: Mapping[str, Any], name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str):
        raise StudyinError(Code.BAD_REQUEST, say("Expected `{name}` to be a text.", name=name))
    return text


def _side(body: Mapping[str, Any], name: str) -> str:
    """A side of a card. Raises StudyinError BAD_REQUEST, EMPTY or TOO_LONG."""
    text = storable(_text(body, name)).strip()
    if not text:
        raise StudyinError(
            Code.EMPTY,
            say("Expected something on the card's {side}, got nothing. Write it, or cancel.", side=say(_SIDES[name])),
        )
    if len(text) > MAX_SIDE_CHARS:
        raise StudyinError(
            Code.TOO_LONG,
            say(
                "Expected at most {most} characters on a card's {side}, got {number}. Make two of it.",
                most=in_figures(MAX_SIDE_CHARS),
                side=say(_SIDES[name]),
                number=in_figures(len(text)),
            ),
        )
    return text
