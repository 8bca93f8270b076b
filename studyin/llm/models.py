"""A server's list of models, and which of them a coach can talk to."""

from __future__ import annotations

import re
from typing import Any

import msgspec

# Ollama and LM Studio list embedding models, OpenAI nearly everything it ever had
_NO_CHAT = re.compile(
    r"embed|rerank|whisper|tts|transcribe|moderation|dall-e|image|sora|audio|realtime|speech|clip\b"
    r"|^(babbage|davinci|ada|curie)\b|gpt-3\.5-turbo-instruct|(^|[-/])bge-",
    re.IGNORECASE,
)


def listed(body: bytes) -> list[str] | None:
    """The models in the answer to GET /models, in its order; None where it is no such answer.

    Ollama without a model says {"data": null}; Together sends a bare list.
    """
    try:
        answer: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if isinstance(answer, dict):
        answer = answer["data"] or [] if "data" in answer else None
    if not isinstance(answer, list):
        return None
    return [entry["id"] for entry in answer if isinstance(entry, dict) and isinstance(entry.get("id"), str)]


def that_chat(models: list[str]) -> list[str]:
    return [name for name in models if not _NO_CHAT.search(name)]
