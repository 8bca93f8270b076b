"""A model server behind TLS, as those on the internet are: its connection is paused and resumed below TLS."""

from __future__ import annotations

import json
import os
from pathlib import Path

import aiohttp
import pytest

from tests.certificate import OPENSSL, Certificate
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.studyin_process import StudyinProcess

pytestmark = pytest.mark.skipif(
    OPENSSL is None and not os.environ.get("CI"), reason="openssl is not installed; in CI it has to be"
)

WORDS = [f"word{n} " for n in range(300)]


@pytest.mark.thorough
async def test_a_paced_and_a_hasty_answer_arrive_whole_in_pieces_that_are_joined(tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    pause = Pause()
    async with ScriptedProvider(tls=certificate.for_server()) as model:
        model.script(Stream(*WORDS, pace=500), Stream("At once, ", pause, *WORDS * 20, usage=(7, 3)))
        # what OpenSSL reads for "whom do I trust", in place of the system's list
        env = {"OPENAI_BASE_URL": f"{model.url}/v1", "SSL_CERT_FILE": str(certificate.path)}
        async with (
            StudyinProcess(tmp_path / "data", env=env) as studyin,
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{studyin.url}/api/chat/ws") as socket,
        ):
            said, pieces = await _ask(socket)
            assert said.startswith("".join(WORDS))
            assert 1 < pieces < len(WORDS) / 2
            pause.go.set()
            said, _ = await _ask(socket)
            assert said.startswith("At once, word0 word1 ")


async def _ask(socket: aiohttp.ClientWebSocketResponse) -> tuple[str, int]:
    """The reply, and in how many pieces it came."""
    await socket.send_json({"type": "user_message", "content": "Why?", "verbosity": "detailed"})
    pieces: list[str] = []
    async for message in socket:
        frame = json.loads(message.data)
        assert frame["type"] != "error", frame
        if frame["type"] == "token":
            pieces.append(frame["value"])
        if frame["type"] == "complete":
            assert frame["message"].startswith("".join(pieces))
            return frame["message"], len(pieces)
    raise AssertionError("the socket closed before the reply was whole")
