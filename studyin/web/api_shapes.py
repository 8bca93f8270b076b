"""The shapes of shapes.py as JSON Schema, for the API's description; a test holds them against real answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

ID: Schema = {"type": "string"}
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
TIME: Schema = {"type": "integer", "description": "Milliseconds since 1970."}
OBJECT: Schema = {"type": "object"}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _shape(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def _many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


CHECKED = _shape(("error",), ok=FLAG, ms={"type": "number"}, error=TEXT)

SCHEMAS: Mapping[str, Schema] = {
    "Error": _shape(error=_shape(code=TEXT, message=TEXT)),
    "Session": _shape(
        ("hit",),
        id=ID,
        title=TEXT,
        pinned=FLAG,
        created_at=TIME,
        updated_at=TIME,
        controls=OBJECT,
        material_ids=_many(ID),
        hit={"description": "Where a query met it: pieces of text, and whether each matched.", **OBJECT},
    ),
    "Message": _shape(
        id=ID,
        session_id=ID,
        parent_id=_or_null(ID),
        role={"type": "string", "enum": ["user", "assistant"]},
        status={"type": "string", "enum": ["streaming", "complete", "stopped", "interrupted", "failed"]},
        content=TEXT,
        html=TEXT,
        thinking=TEXT,
        created_at=TIME,
        client_id=_or_null(ID),
        turn_id=_or_null(ID),
        controls=OBJECT,
        coach=_or_null(TEXT),
        model=_or_null(TEXT),
        byline=TEXT,
        usage=_or_null(OBJECT),
        error=_or_null(OBJECT),
        notices=_many(_shape(code=TEXT, message=TEXT)),
        citations=_many(_shape(number=NUMBER, supported=_or_null(FLAG))),
        context=_many(OBJECT),
        cards=_many(OBJECT),
    ),
    "Imported": _shape(imported=NUMBER, continued=NUMBER, known=NUMBER, cards=NUMBER),
    "Insight": _shape(id=ID, message_id=ID, content=TEXT, created_at=TIME),
    "Card": _shape(
        id=ID,
        form=TEXT,
        front=TEXT,
        back=TEXT,
        front_html=TEXT,
        back_html=TEXT,
        quotation=_or_null(TEXT),
        source=_or_null(OBJECT),
        session_id=_or_null(ID),
        message_id=_or_null(ID),
        proposal=_or_null(NUMBER),
        due=TIME,
        reviews=NUMBER,
        last_review=_or_null(TIME),
        created_at=TIME,
        intervals={"description": "Milliseconds until it comes back, by rating.", **OBJECT},
    ),
    "Material": _shape(
        ("cited",),
        id=ID,
        filename=TEXT,
        title={"description": "The one heading that all of it stands under, or empty.", **TEXT},
        status={"type": "string", "enum": ["queued", "reading", "ready", "failed"]},
        error=_or_null(TEXT),
        notice=_or_null(TEXT),
        pages=_or_null(NUMBER),
        pages_read=NUMBER,
        passages=NUMBER,
        bytes=NUMBER,
        created_at=TIME,
        cited=_shape(replies=NUMBER, sessions=_many(_shape(id=ID, title=TEXT, replies=NUMBER))),
    ),
    "PassageInPlace": _shape(
        passage=_shape(id=ID, position=NUMBER, page=_or_null(NUMBER), heading=_or_null(TEXT), content=TEXT),
        before=TEXT,
        after=TEXT,
        filename=TEXT,
        marked=_many({"type": "array", "items": NUMBER, "description": "[start, end] in code points."}),
        deleted=FLAG,
        html={
            "description": "As they are read, what is marked in <mark>; null where that can't be told.",
            **_or_null(_shape(before=TEXT, passage=TEXT, after=TEXT)),
        },
    ),
    "MaterialText": _shape(filename=TEXT, html=TEXT, next=_or_null(NUMBER)),
    "Check": _shape(
        ok=FLAG,
        problems=_many(_shape(code=TEXT, message=TEXT, fix=TEXT)),
        origin=_shape(value=_or_null(TEXT), allowed=FLAG),
        host=_shape(value=TEXT, allowed=FLAG),
        room=_shape(sockets=NUMBER, max=NUMBER),
        headers=OBJECT,
        ws_url=_or_null(TEXT),
    ),
    "Health": _shape(
        status={"type": "string", "enum": ["ok", "degraded", "failing"]},
        version=TEXT,
        checks=_shape(read=CHECKED, write=CHECKED, coach=CHECKED),
    ),
}
