"""Those who watch a server: /healthz, /metrics, the dashboard and the alert rules."""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from studyin.store import database
from studyin.web.keys import BACKUPS, METRICS
from tests.scripted_provider import Refuse, ScriptedProvider, Stream
from tests.store.conftest import locked
from tests.web.studyin_server import Chat, StudyinServer

MONITORING = Path(__file__).parents[2] / "docs" / "monitoring"
Connect = Callable[[], Chat]


async def _figures(http: aiohttp.ClientSession, server: StudyinServer) -> dict[str, float]:
    """Every sample of /metrics, as `name{label="value"}`."""
    async with http.get(server.url + "/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain")
        text = await response.text()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {_named(sample.name, sample.labels): sample.value for sample in samples}


def _named(name: str, labels: dict[str, str]) -> str:
    return name + ("{" + ",".join(f'{key}="{value}"' for key, value in sorted(labels.items())) + "}" if labels else "")


async def test_what_happened_is_counted(
    server: StudyinServer, chat: Connect, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    provider.script(Stream("Hello", " world.", usage=(7, 3)), Refuse(401))
    async with chat() as one:
        await one.ask("Why?")
        await one.until("complete")
        assert (await _figures(http, server))["studyin_sockets_open"] == 1
        await one.ask("And?")
        assert (await one.until("error"))[-1]["code"] == "provider_auth"
    foreign = await http.ws_connect(server.url + "/api/chat/ws", headers={"Origin": "https://elsewhere.example"})
    await foreign.receive()
    own = {"Origin": server.url}
    async with http.post(server.url + "/api/materials", json={"text": "A cell lives."}, headers=own) as response:
        assert response.status == 202
    async with http.post(server.url + "/api/materials", json={"text": 7}, headers=own) as response:
        assert response.status == 400
    figures = await _figures(http, server)
    while figures["studyin_sockets_open"]:
        figures = await _figures(http, server)
    expected = {
        "studyin_sockets_opened_total": 1,
        'studyin_sockets_closed_total{code="1000"}': 1,
        'studyin_sockets_refused_total{reason="origin_not_allowed"}': 1,
        "studyin_turns_running": 0,
        "studyin_turn_first_token_seconds_count": 1,
        'studyin_turn_seconds_count{status="complete"}': 1,
        'studyin_turn_seconds_count{status="failed"}': 1,
        'studyin_tokens_total{kind="prompt"}': 7,
        'studyin_tokens_total{kind="completion"}': 3,
        'studyin_provider_errors_total{code="provider_auth"}': 1,
        'studyin_uploads_total{outcome="accepted"}': 1,
        'studyin_uploads_total{outcome="bad_request"}': 1,
        "studyin_upload_bytes_total": 13,
    }
    assert {name: figures.get(name) for name in expected} == expected
    assert figures["studyin_database_write_seconds_count"] > 0
    assert 0 < figures["studyin_turn_first_token_seconds_sum"] < 10


async def test_the_lag_of_the_event_loop_is_measured(server: StudyinServer) -> None:
    lag = server.app[METRICS].loop_lag
    async with asyncio.timeout(10):
        while not any(sample.value for metric in lag.collect() for sample in metric.samples if "_count" in sample.name):
            await asyncio.sleep(0.05)


async def test_the_age_of_the_newest_backup_is_told_where_backups_are_made(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    name = "studyin_last_backup_timestamp_seconds"
    async with StudyinServer(tmp_path, openai_base_url=provider.url) as server:
        assert (await _figures(http, server))[name] == 0
        before = time.time()
        await asyncio.to_thread(server.app[BACKUPS].look)
        assert before - 1 <= (await _figures(http, server))[name] <= time.time() + 1
        (old,) = server.app[BACKUPS].folder.iterdir()
        os.utime(old, (1_000, 1_000))
        await asyncio.to_thread(server.app[BACKUPS].look)  # there is one of today: none is made
        await server.stop()
        await server.start()
        assert (await _figures(http, server))[name] == 1_000
    async with StudyinServer(tmp_path, openai_base_url=provider.url, backups_kept=0) as server:
        assert name not in await _figures(http, server)


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"X-Forwarded-For": "127.0.0.1"}, 403),
        ({}, {"Via": "1.1 proxy"}, 403),
        ({"trusted_proxies": (ip_network("127.0.0.1/32"),)}, {}, 403),
        ({"allowed_hosts": ("study.example.org",)}, {}, 403),
        ({"metrics_token": "s3cret"}, {}, 403),
        ({"metrics_token": "s3cret"}, {"Authorization": "Bearer s3cre"}, 403),
        ({"metrics_token": "s3cret"}, {"Authorization": "Bearer s3cret", "X-Forwarded-For": "10.0.0.1"}, 200),
    ],
)
async def test_metrics_are_told_only_to_this_machine_or_for_the_token(
    tmp_path: Path,
    provider: ScriptedProvider,
    http: aiohttp.ClientSession,
    settings: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    async with (
        StudyinServer(tmp_path, openai_base_url=provider.url, **settings) as server,
        http.get(server.url + "/metrics", headers=headers) as response,
    ):
        text = await response.text()
        assert response.status == status
        assert ("studyin_sockets_open" in text) is (status == 200)
        assert status == 200 or "STUDYIN_METRICS_TOKEN" in text


async def _health(http: aiohttp.ClientSession, server: StudyinServer) -> tuple[int, dict[str, Any]]:
    async with http.get(server.url + "/healthz") as response:
        return response.status, await response.json()


async def test_health_names_each_part_with_its_time(server: StudyinServer, http: aiohttp.ClientSession) -> None:
    status, health = await _health(http, server)
    assert (status, health["status"]) == (200, "ok")
    assert set(health["checks"]) == {"read", "write", "coach"}
    assert all(check["ok"] and 0 <= check["ms"] < 10_000 for check in health["checks"].values())


async def test_a_model_server_that_is_down_is_told_but_no_reason_to_restart(
    server: StudyinServer, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    await provider.close()
    status, health = await _health(http, server)
    assert (status, health["status"]) == (200, "degraded")
    assert health["checks"]["coach"]["error"] == "provider_unreachable"


async def test_a_data_file_that_another_program_locks_is_told_and_so_is_its_recovery(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1)
    monkeypatch.setattr("studyin.web.health.FRESH_SECONDS", 0.0)
    async with StudyinServer(tmp_path, openai_base_url=provider.url) as server:
        with locked(server.settings.database_path):
            status, health = await _health(http, server)
            assert (status, health["status"]) == (503, "failing")
            assert health["checks"]["write"]["error"] == "storage_unavailable"
            assert health["checks"]["read"]["ok"]
        status, health = await _health(http, server)
        assert (status, health["status"]) == (200, "ok")


async def test_asking_for_health_often_asks_the_model_server_once(
    server: StudyinServer, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    before = provider.models_asked
    await asyncio.gather(*(_health(http, server) for _ in range(30)))
    assert provider.models_asked == before + 1


def _expressions() -> Iterator[str]:
    board = json.loads((MONITORING / "dashboard.json").read_text())
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (variable["query"]["query"] for variable in board["templating"]["list"] if variable["type"] == "query")
    for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert set(rule["annotations"]) == {"summary", "description"}
            yield rule["expr"]


async def test_every_metric_that_dashboard_and_alerts_name_exists_and_every_one_of_ours_is_shown(
    server: StudyinServer,
) -> None:
    families = list(server.app[METRICS].registry.collect())
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    known = {family.name + ending for family in families for ending in endings[family.type]}
    named = {name for text in _expressions() for name in re.findall(r"\b(?:studyin|process)_\w+", text)}
    assert named <= known, named - known
    shown = {
        family.name for family in families if any(family.name + ending in named for ending in endings[family.type])
    }
    unshown = {family.name for family in families if family.name.startswith("studyin_")} - shown
    assert unshown <= {"studyin_upload_bytes"}


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    squares = [
        (x, y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(squares) == len(set(squares))
    assert len({panel["id"] for panel in panels}) == len(panels)
