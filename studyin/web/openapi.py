"""`GET /api/openapi.json`: every route in OpenAPI 3.1; tests keep it equal to the router, and fuzz what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from studyin import __version__
from studyin.web.api_shapes import SCHEMAS
from studyin.web.export import EXPORTS

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": 200}
PAGED: Mapping[str, Schema] = {"before": TEXT, "limit": LIMIT}
HTML: Schema = {"content": {"text/html": {"schema": TEXT}}}
FILE: Schema = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}


POSITION: Schema = {"type": "integer", "minimum": 0}
# What stands in a path is a text, but for these.
PLACES: Mapping[str, Schema] = {"position": POSITION}


def _written_in(kind: str) -> Schema:
    return {"type": "object"} if kind == "application/json" else TEXT


def _is(name: str) -> Schema:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def _list(noun: str, name: str, **others: Schema) -> Schema:
    properties = {
        noun: {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
        "next": {"type": ["string", "null"], "description": "`before` for the next page; null where there is none."},
        **others,
    }
    shape = {"type": "object", "required": list(properties), "properties": properties}
    return {"content": {"application/json": {"schema": shape}}}


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


def _route(
    summary: str,
    answers: Mapping[int, Schema],
    *,
    query: Mapping[str, Schema] | None = None,
    bodies: Mapping[str, Schema] | None = None,
) -> Mapping[str, Any]:
    """summary: a sentence. answers: by status, those that are no errors. bodies: by content type."""
    return {"summary": summary, "answers": answers, "query": query or {}, "bodies": bodies or {}}


def _form(*fields: str) -> Mapping[str, Schema]:
    return {"application/x-www-form-urlencoded": _object((), **dict.fromkeys(fields, TEXT))}


NO_CONTENT: Schema = {}

# By method and path as the router has them. Whoever adds a route describes it here.
ROUTES: Mapping[str, Mapping[str, Any]] = {
    "GET /": _route("The page, for a new session.", {200: HTML}),
    "GET /session/{session_id}": _route("The page, with the session's history.", {200: HTML}),
    "GET /session/{session_id}/messages": _route(
        "Messages as the page draws them: those that lead to one, or the end of the shown branch.",
        {200: HTML},
        query=PAGED,
    ),
    "GET /session/{session_id}/messages/{message_id}": _route("A message as the page draws it.", {200: HTML}),
    "GET /api/sessions": _route(
        "Sessions, pinned ones first, then by their last change; with a query those that have all its words.",
        {200: _list("sessions", "Session")},
        query={"query": TEXT, **PAGED},
    ),
    "PATCH /api/sessions/{session_id}": _route(
        "Rename or pin a session, show another branch, change how it is taught and from what.",
        {200: _is("Session")},
        bodies={
            "application/json": _object(
                title={"type": "string", "maxLength": 200},
                pinned={"type": "boolean"},
                shown={"type": "string", "description": "A message whose branch is to be shown."},
                controls={"type": "object", "description": "As in a `user_message`."},
                material_ids={"type": "array", "items": TEXT, "description": "Empty: all."},
            )
        },
    ),
    "DELETE /api/sessions/{session_id}": _route("Delete a session with its messages.", {204: NO_CONTENT}),
    "GET /api/sessions/{session_id}/messages": _route(
        "Messages of all branches, oldest first, the newest page first.",
        {200: _list("messages", "Message", leaf_id={"type": ["string", "null"]})},
        query=PAGED,
    ),
    "GET /api/sessions/{session_id}/export": _route(
        "The session as a file.",
        {200: {"content": {kind: {"schema": _written_in(kind)} for kind, _, _ in EXPORTS.values()}}},
        query={"format": {"type": "string", "enum": list(EXPORTS)}},
    ),
    "GET /api/sessions/export": _route(
        "All sessions in one archive.", {200: {"content": {"application/zip": {"schema": TEXT}}}}
    ),
    "POST /api/sessions/import": _route(
        "Add the sessions and cards of such an archive, of its sessions.json, or of ChatGPT's export. What is here "
        "already is not added again.",
        {201: _is("Imported")},
        bodies={"application/zip": {"type": "string", "format": "binary"}, "application/json": {}},
    ),
    "POST /api/materials": _route(
        "Add a material, as a file or as text. It is read after the answer.",
        {202: _is("Material")},
        bodies={"multipart/form-data": FILE, "application/json": _object(("text",), filename=TEXT, text=TEXT)},
    ),
    "GET /api/materials": _route("Materials, the newest first.", {200: _list("materials", "Material")}, query=PAGED),
    "POST /api/materials/samples/{name}": _route("Add notes that come with the program.", {202: _is("Material")}),
    "GET /api/materials/{material_id}": _route("A material, and how far it is read.", {200: _is("Material")}),
    "DELETE /api/materials/{material_id}": _route("Delete a material with its passages.", {204: NO_CONTENT}),
    "GET /api/materials/{material_id}/passages/{position}": _route(
        "A passage in its surroundings; with a reply that cites it, what of it that reply stands on.",
        {200: _is("PassageInPlace")},
        query={"reply": TEXT, "citation": TEXT},
    ),
    "GET /api/materials/{material_id}/text": _route(
        "A material as it is read, from its beginning or from behind a passage on; `next` is where it goes on.",
        {200: _is("MaterialText")},
        query={"after": POSITION},
    ),
    "GET /api/sessions/{session_id}/insights": _route(
        "What was saved of the session, the oldest first.", {200: _list("insights", "Insight")}
    ),
    "POST /api/sessions/{session_id}/insights": _route(
        "Save a sentence of a reply; 200 where it was saved before.",
        {200: _is("Insight"), 201: _is("Insight")},
        bodies={"application/json": _object(("message_id", "content"), message_id=TEXT, content=TEXT)},
    ),
    "DELETE /api/sessions/{session_id}/insights/{insight_id}": _route("Forget what was saved.", {204: NO_CONTENT}),
    "GET /cards": _route("The page of all cards.", {200: HTML}, query={"query": TEXT, "before": TEXT}),
    "GET /api/cards": _route(
        "Cards, the newest first; with a query those that have its words.",
        {200: _list("cards", "Card")},
        query={"query": TEXT, **PAGED},
    ),
    "POST /api/cards": _route(
        "Keep a card: a reply's proposal, of a quotation, or the student's own; 200 where it was kept before.",
        {200: _is("Card"), 201: _is("Card")},
        bodies={
            "application/json": _object(
                message_id=TEXT,
                proposal={"type": "integer"},
                source={"type": "integer"},
                quotation=TEXT,
                front=TEXT,
                back=TEXT,
            )
        },
    ),
    "GET /api/cards/due": _route(
        "Cards that are due, the longest due first.",
        {
            200: _list(
                "cards",
                "Card",
                due={"type": "integer"},
                all={"type": "integer"},
                next_due={"type": ["integer", "null"]},
            )
        },
        query={"after": TEXT, "limit": LIMIT},
    ),
    "GET /api/cards/export": _route(
        "All cards as a file.",
        {200: {"content": {"text/plain": {"schema": TEXT}, "text/csv": {"schema": TEXT}}}},
        query={"format": {"type": "string", "enum": ["anki", "csv"]}},
    ),
    "POST /api/cards/import": _route(
        "Add the cards of such a CSV file.",
        {
            200: {
                "content": {
                    "application/json": {
                        "schema": _object(("added", "known"), added={"type": "integer"}, known={"type": "integer"})
                    }
                }
            }
        },
        bodies={"text/csv": TEXT},
    ),
    "GET /api/cards/{card_id}": _route("A card.", {200: _is("Card")}),
    "GET /api/cards/{card_id}/passage": _route("The passage a card was made of.", {200: _is("PassageInPlace")}),
    "PATCH /api/cards/{card_id}": _route(
        "Change what a card says.", {200: _is("Card")}, bodies={"application/json": _object(front=TEXT, back=TEXT)}
    ),
    "DELETE /api/cards/{card_id}": _route("Delete a card.", {204: NO_CONTENT}),
    "POST /api/cards/{card_id}/review": _route(
        "Say how a card went; `review` is which review of it this is, so that one sent twice counts once.",
        {200: _is("Card")},
        bodies={
            "application/json": _object(
                ("rating",), rating={"type": "string", "enum": ["again", "good"]}, review={"type": "integer"}
            )
        },
    ),
    "GET /api/chat/check": _route(
        "May this page connect, and if not, which hop fails and what to change.",
        {200: _is("Check")},
        query={"origin": TEXT},
    ),
    "GET /api/chat/ws": _route(
        "The chat socket; docs/protocol.md describes its frames.", {101: {"description": "The socket is open."}}
    ),
    "GET /worker.js": _route(
        "The page's service worker, which keeps copies of the last sessions for when the server can't be reached.",
        {200: {"content": {"text/javascript": {"schema": TEXT}}}},
    ),
    "GET /offline": _route("The page for what there is no copy of.", {200: HTML}),
    "GET /sign-in": _route("The page for signing in.", {200: HTML, 303: NO_CONTENT}, query={"next": TEXT}),
    "POST /sign-in": _route("Sign in.", {303: NO_CONTENT}, bodies=_form("name", "password", "next")),
    "POST /sign-out": _route("Sign out here.", {303: NO_CONTENT}),
    "POST /sign-out-everywhere": _route("End all logins of the account.", {303: NO_CONTENT}),
    "GET /invitation": _route("The page of an invitation.", {200: HTML}, query={"token": TEXT}),
    "POST /invitation": _route(
        "Accept an invitation: for a new account, or for a new password.",
        {303: NO_CONTENT},
        bodies=_form("token", "name", "password", "again"),
    ),
    "GET /account": _route("The page of one's own account; an admin's has the others, too.", {200: HTML}),
    "POST /account/password": _route(
        "Change the password; all other logins end.", {303: NO_CONTENT}, bodies=_form("current", "new", "again")
    ),
    "POST /people/invite": _route("For admins: make an invitation.", {200: HTML}, bodies=_form("name", "role")),
    "POST /people/{account_id}/disable": _route("For admins: let nobody in to an account.", {303: NO_CONTENT}),
    "POST /people/{account_id}/enable": _route("For admins: let a disabled account in again.", {303: NO_CONTENT}),
    "POST /people/{account_id}/new-password": _route("For admins: make a link to a new password.", {200: HTML}),
    "POST /people/invitations/{invitation_id}/withdraw": _route(
        "For admins: make an invitation useless.", {303: NO_CONTENT}
    ),
    "GET /api/openapi.json": _route("This description.", {200: {"content": {"application/json": {"schema": {}}}}}),
    "GET /healthz": _route("Whether the data file and the coach can be reached.", {200: _is("Health")}),
    "GET /metrics": _route("Figures for Prometheus.", {200: {"content": {"text/plain": {"schema": TEXT}}}}),
}


def set_up(app: web.Application) -> None:
    app.router.add_get("/api/openapi.json", show)


async def show(_: web.Request) -> web.Response:
    return web.json_response(description())


def description() -> dict[str, Any]:
    """The whole of it, as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for name, route in ROUTES.items():
        method, path = name.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Studyin",
            "version": __version__,
            "description": "Paths are relative to where the page is. Methods that change something need an `Origin` "
            "header that names the server itself, or a listed one.",
        },
        "servers": [{"url": "../"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def _operation(method: str, path: str, route: Mapping[str, Any]) -> dict[str, Any]:
    inside = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": PLACES.get(name, TEXT)} for name in inside]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in route["query"].items()]
    answers = {str(status): {"description": "As asked.", **answer} for status, answer in route["answers"].items()}
    error = _is("Error") if path.startswith("/api/") else HTML
    operation: dict[str, Any] = {
        "summary": route["summary"],
        "operationId": "_".join([method.lower(), *(part.strip("{}") for part in path.split("/") if part)]),
        "responses": {**answers, "default": {"description": "An error; docs/errors.md lists the codes.", **error}},
    }
    if parameters:
        operation["parameters"] = parameters
    if route["bodies"]:
        bodies = {kind: {"schema": schema} for kind, schema in route["bodies"].items()}
        operation["requestBody"] = {"required": True, "content": bodies}
    return operation
