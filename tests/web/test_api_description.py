"""The API's description is what the router has, its shapes are what is sent, and no request at all ends in a 5xx."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from studyin.web.openapi import ROUTES, description
from tests.scripted_provider import ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer
from tests.web.test_base_protocol import upload

EXAMPLES = 20  # of each route


async def test_every_route_is_described_and_no_other(server: StudyinServer, http: aiohttp.ClientSession) -> None:
    has = {
        f"{route.method} {resource.canonical}"
        for resource in server.app.router.resources()
        if not resource.canonical.startswith("/static/")
        for route in resource
        if route.method != "HEAD"  # what GET can do, aiohttp does for HEAD
    }
    assert set(ROUTES) == has
    async with http.get(server.url + "/api/openapi.json") as response:
        assert await response.json() == json.loads(json.dumps(description()))
    operations = [each for path in description()["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)


def _misfits(value: Any, schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not what its schema says; types, fields and enums are all that ours use."""
    if "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", [])
    names = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}
    kind = names.get(type(value), "null")
    allowed = [kinds] if isinstance(kinds, str) else kinds
    if allowed and kind not in allowed and not (kind == "integer" and "number" in allowed):
        yield f"{at}: {kind} is not {allowed}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value} is not among {schema['enum']}"
    if isinstance(value, dict) and "properties" in schema:
        unknown, missing = value.keys() - schema["properties"].keys(), set(schema["required"]) - value.keys()
        if unknown or missing:
            yield f"{at}: unknown {unknown}, missing {missing}"
        for name in value.keys() & schema["properties"].keys():
            yield from _misfits(value[name], schema["properties"][name], f"{at}.{name}")
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _misfits(item, schema["items"], f"{at}[{number}]")


async def _story(http: aiohttp.ClientSession, server: StudyinServer, provider: ScriptedProvider) -> dict[str, str]:
    """A session and a material, so that something is there; the ids by the names that routes give them."""
    material_id = await upload(http, server, "notes.md", "# Cells\n\nA cell is the smallest unit of life.\n")
    provider.script(Stream("A cell [[1]].", usage=(7, 3)))
    async with Chat(http, server) as one:
        await one.ask("What is a cell?", client_id="c")
        complete = (await one.until("complete"))[-1]
    own = {"Origin": server.url}
    sentence = "A cell is the smallest unit of life."
    card = {"message_id": complete["message_id"], "source": 1, "quotation": sentence}
    async with http.post(server.url + "/api/cards", json=card, headers=own) as response:
        card_id = (await response.json())["id"]
    insights = f"{server.url}/api/sessions/{complete['session_id']}/insights"
    insight = {"message_id": complete["message_id"], "content": "A cell"}
    async with http.post(insights, json=insight, headers=own) as response:
        insight_id = (await response.json())["id"]
    return {
        "card_id": card_id,
        "insight_id": insight_id,
        "session_id": complete["session_id"],
        "message_id": complete["message_id"],
        "material_id": material_id,
        "position": "0",
        "name": "cells",
    }


async def test_what_is_sent_has_the_described_shape(
    server: StudyinServer, http: aiohttp.ClientSession, provider: ScriptedProvider
) -> None:
    known = await _story(http, server, provider)
    looked_at = 0
    for path, operations in description()["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "application/json" not in content:
            continue
        query = {"format": "json"} if path.endswith("/export") else {}
        async with http.get(server.url + path.format(**known), params=query) as response:
            assert response.status == 200, path
            assert not list(_misfits(await response.json(), content["application/json"]["schema"], path))
            looked_at += 1
    assert looked_at >= 8
    async with http.get(server.url + "/api/sessions/unknown/messages") as response:
        assert not list(_misfits(await response.json(), {"$ref": "#/components/schemas/Error"}))
    assert list(_misfits({"error": {"code": 7}}, {"$ref": "#/components/schemas/Error"}))  # it can find something


TEXTS = st.text(max_size=40) | st.sampled_from(
    ["0", "-1", "9" * 30, "null", "%00", "../..", "1-1-" + "0" * 32, "🜁", "\0"]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
BOUNDARY = "b0undary"


@st.composite
def requests(draw: st.DrawFn, known: Mapping[str, str]) -> tuple[str, str, dict[str, str], bytes]:
    """Method, target, headers and body: of a described route, with what fits and what does not."""
    name = draw(st.sampled_from([*ROUTES, "GET /static/{name}", "PUT /api/sessions/{session_id}"]))
    method, path = name.split(" ")
    for part in ("session_id", "message_id", "material_id", "card_id", "insight_id", "position", "name"):
        if "{" + part + "}" in path:
            value = known[part] if draw(st.booleans()) else draw(TEXTS)
            path = path.replace("{" + part + "}", quote(value, safe=""))
    query = {each: draw(TEXTS) for each in ROUTES.get(name, {"query": {}})["query"] if draw(st.booleans())}
    headers = {"Origin": "http://localhost"}
    body = b""
    if method in ("POST", "PATCH", "PUT"):
        kind = draw(
            st.sampled_from(["application/json", f"multipart/form-data; boundary={BOUNDARY}", "text/plain", ""])
        )
        headers["Content-Type"] = kind
        body = draw(_bodies(kind))
    if draw(st.booleans()):
        header = draw(st.sampled_from(["Range", "If-Modified-Since", "Accept-Encoding", "Cookie", "X-Forwarded-For"]))
        headers[header] = draw(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)).strip()
    return method, path + ("?" + urlencode(query) if query else ""), headers, body


def _bodies(kind: str) -> st.SearchStrategy[bytes]:
    if kind == "application/json":
        fields = st.sampled_from(
            [
                "front",
                "back",
                "rating",
                "title",
                "pinned",
                "shown",
                "controls",
                "material_ids",
                "filename",
                "text",
                "sessions",
                "format",
            ]
        )
        objects = st.dictionaries(fields, JSON_VALUES, max_size=3)
        return (objects | JSON_VALUES).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60)
    if kind.startswith("multipart"):
        return st.tuples(TEXTS, st.binary(max_size=200)).map(_form) | st.binary(max_size=200)
    return st.binary(max_size=60)


def _form(file: tuple[str, bytes]) -> bytes:
    name, data = file
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode(errors="replace") + data + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.thorough
async def test_no_request_whatever_ends_in_a_server_error(
    server: StudyinServer, http: aiohttp.ClientSession, provider: ScriptedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    known = await _story(http, server, provider)
    await asyncio.to_thread(_fuzz, int(server.url.rpartition(":")[2]), known)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def _fuzz(port: int, known: Mapping[str, str]) -> None:
    statuses: set[int] = set()

    @settings(max_examples=EXAMPLES * len(ROUTES), suppress_health_check=list(HealthCheck), derandomize=True)
    @given(requests(known))
    @example(("GET", "/api/sessions?before=" + "9" * 400, {}, b""))
    @example(("POST", "/api/materials", {"Origin": "http://localhost", "Content-Type": "multipart/form-data"}, b""))
    @example(("POST", "/api/materials", {"Content-Type": "application/json"}, b'{"text": "A cell."}'))
    @example(("POST", "/api/materials", {"Origin": "http://localhost", "Content-Encoding": "gzip"}, b"no gzip"))
    def ask(request: tuple[str, str, dict[str, str], bytes]) -> None:
        method, target, headers, body = request
        connection = http.client.HTTPConnection("localhost", port, timeout=10)
        try:
            own = {"Origin": f"http://localhost:{port}"} if headers else {}
            connection.request(method, target, body, headers | own)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        statuses.add(response.status)
        assert response.status < 500, (response.status, text)
        if response.status >= 400 and target.startswith("/api/") and "json" in response.headers["Content-Type"]:
            assert set(json.loads(text)["error"]) == {"code", "message"}

    ask()
    assert {200, 202, 204, 400, 404, 405} <= statuses  # it came past the doors
