"""Kills a server in the middle of running turns and looks at what is left: shared by a test and by the bench."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from tests.scripted_provider import ScriptedProvider, Stream
from tests.studyin_process import StudyinProcess

WORDS = [f"{number} " for number in range(5_000)]
WORDS_PER_SECOND = 100


@dataclass
class Watched:
    """A question and what its page had seen of it. seen: (time, characters held) after each token."""

    client_id: str = field(default_factory=lambda: str(uuid4()))
    accepted: dict[str, Any] | None = None
    seen: list[tuple[float, int]] = field(default_factory=list)
    text: str = ""

    async def ask(self, http: aiohttp.ClientSession, url: str) -> None:
        async with http.ws_connect(url + "/api/chat/ws") as socket:
            await socket.send_json({"type": "open", "session_id": None})
            await socket.send_json({"type": "user_message", "content": "Count", "client_id": self.client_id})
            async for message in socket:
                frame = message.json()
                if frame["type"] == "accepted":
                    self.accepted = frame
                elif frame["type"] == "token":
                    self.text += frame["value"]
                    self.seen.append((time.monotonic(), len(self.text)))


@dataclass
class Findings:
    """What all rounds together showed. lost_seconds: the most that a crash took of a reply."""

    kills: int = 0
    accepted: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    unmarked: int = 0
    lost_seconds: float = 0.0
    integrity: str = "ok"


async def crash_repeatedly(
    data_dir: Path, times: int, turns: int, *, checkpoint_seconds: float = 1.0, seed: int = 1
) -> Findings:
    """Start a server, ask `turns` questions at once, kill -9 it at a random moment within 1.6 s, look; `times` over."""
    findings = Findings()
    moments = random.Random(seed)
    async with ScriptedProvider() as provider, aiohttp.ClientSession() as http:
        provider.script(Stream(*WORDS, pace=WORDS_PER_SECOND))
        options = ("--checkpoint-seconds", str(checkpoint_seconds))
        server = StudyinProcess(data_dir, *options, env={"OPENAI_BASE_URL": provider.url})
        await server.start()
        for _ in range(times):
            watched = [Watched() for _ in range(turns)]
            asking = [asyncio.create_task(each.ask(http, server.url)) for each in watched]
            await asyncio.sleep(moments.choice((0.0, 0.005, 0.02, moments.uniform(0.05, 1.6))))
            killed_at = time.monotonic()
            await server.kill()
            await asyncio.gather(*asking, return_exceptions=True)
            findings.kills += 1
            await server.start()
            for each in watched:
                await _look(http, server.url, each, killed_at, findings)
        await server.stop()
    with sqlite3.connect(data_dir / "studyin.sqlite3") as file:
        findings.integrity = file.execute("PRAGMA integrity_check").fetchone()[0]
    file.close()
    return findings


async def _look(http: aiohttp.ClientSession, url: str, watched: Watched, killed_at: float, findings: Findings) -> None:
    if watched.accepted is None:
        return
    findings.accepted += 1
    async with http.get(f"{url}/api/sessions/{watched.accepted['session_id']}/messages") as response:
        messages = (await response.json()).get("messages", [])
    questions = [message for message in messages if message["client_id"] == watched.client_id]
    replies = [message for message in messages if message["role"] == "assistant"]
    findings.lost += not questions or not replies
    findings.doubled += len(questions) > 1 or len(replies) > 1
    for reply in replies:
        whole = "".join(WORDS)
        findings.altered += not whole.startswith(reply["content"])
        findings.unmarked += reply["status"] != "interrupted"
        # Since when had the page held more than what was kept?
        kept = len(reply["content"])
        lost_since = next((at for at, held in watched.seen if held > kept), killed_at)
        findings.lost_seconds = max(findings.lost_seconds, killed_at - lost_since)
