"""What a model server says about a request it refuses, in the many shapes and words that servers have for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studyin.language import say

# as far as an error is read, and quoted
LONGEST = 64 << 10
_QUOTED = 200

_CONTEXT = re.compile(
    r"context_length_exceeded|exceed_context_size|context_window_exceeded"
    # OpenAI, DeepSeek, vLLM, SGLang, OpenRouter, xAI, Fireworks, Mistral
    r"|max(imum)? (model |prompt |context )+(length|size)|context (window|length|size|limit)"
    # Anthropic, llama.cpp, Groq, Gemini, TGI, Together
    r"|prompt is too long|available context|reduce the length of|(input )?token count .{0,40}exceeds"
    r"|must have less than \d+ tokens|max_new_tokens. must be <=",
    re.IGNORECASE,
)
# the number beside the words: the most tokens the model takes
_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"> (\d+)",
        r"(?:context|prompt|model) (?:length|size|window|limit)\s*(?:is|of|:)?\s*(?:only )?\(?(\d+)",
        r"maximum context length of (\d+)|with (\d+) maximum context|context size \((\d+)",
        r"maximum number of tokens allowed \((\d+)|less than (\d+) tokens|must be <= (\d+)",
    )
)
_LIMIT_FIELD = re.compile(r'"n_ctx": ?(\d+)')
# a smaller one is a misread number: not even our rules would fit
_SMALLEST_LIMIT = 512
_MODEL = re.compile(
    r"model_not_found|model not exist|not a valid model|no such model|invalid model|unknown model"
    r"|models? .{0,120}(not found|does ?n.t exist|does not exist|not exist|is not available|decommissioned)",
    re.IGNORECASE | re.DOTALL,
)
# not "quota" and "billing" alone: messages on mere haste have these, too
_QUOTA = re.compile(r"insufficient.{0,3}(quota|balance|credit|fund)|billing.hard.limit", re.IGNORECASE)
_UNKNOWN_FIELD = re.compile(
    r"unknown|unrecogni[sz]ed|unexpected|unsupported|not (supported|permitted)|extra (input|field)|additional propert",
    re.IGNORECASE,
)
# Gemma's chat template, o1-mini
_SYSTEM = re.compile(r"system.{0,40}not supported|not support.{0,20}system", re.IGNORECASE)
_KEYS = re.compile(r"\b(?:(?:sk|pk|rk|gsk|xai|hf|nvapi|key)[-_]|AIza)[\w*.…-]{8,}|bearer\s+\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """message: the server's own sentence, "" where it has none; code: its status or word, where that is in the body.

    everything: the whole of it as it came, never to be shown; a refused parameter's name may be anywhere in it.
    """

    message: str
    code: str
    everything: str

    @classmethod
    def read(cls, body: bytes) -> Complaint:
        text = body[:LONGEST].decode(errors="replace")
        try:
            return cls.of(json.loads(text))
        except (ValueError, RecursionError):
            return cls("", "", "" if text.lstrip().startswith("<") else text)

    @classmethod
    def of(cls, error: Any) -> Complaint:
        """From the body, or the "error" in it, as JSON was decoded."""
        everything = error if isinstance(error, str) else json.dumps(error)
        codes = [str(found) for name in ("code", "status", "type") for found in _values(error, name) if found]
        return cls(next(_sentences(error), ""), " ".join(codes), everything[:LONGEST])

    @property
    def about_context(self) -> bool:
        return bool(_CONTEXT.search(self._words))

    def about_model(self, model: str) -> bool:
        return bool(_MODEL.search(self._words)) or (model in self.message and "not found" in self.message.lower())

    @property
    def about_quota(self) -> bool:
        return bool(_QUOTA.search(self._words))

    @property
    def about_unknown_field(self) -> bool:
        return bool(_UNKNOWN_FIELD.search(self._words))

    @property
    def about_system_role(self) -> bool:
        return bool(_SYSTEM.search(self._words))

    @property
    def status(self) -> int | None:
        """The HTTP status in the body of an error that came within a stream."""
        if "rate_limit" in self.code:
            return 429
        found = re.search(r"\b[45]\d\d\b", self.code)
        return int(found[0]) if found else None

    @property
    def limit(self) -> int | None:
        """Tokens the model takes, where a complaint about the context tells."""
        searches = [_LIMIT_FIELD.search(self.everything), *(pattern.search(self._words) for pattern in _LIMITS)]
        limits = (int(next(filter(None, found.groups()))) for found in searches if found)
        return next((limit for limit in limits if limit >= _SMALLEST_LIMIT), None)

    @property
    def _words(self) -> str:
        """What may be searched for meaning: some servers echo the whole request beside their sentence."""
        return f"{self.code} {self.message}" if self.message else self.everything

    def quoted(self, key: str | None) -> str:
        """` (it says: “…”)`: the server's sentence in one line, short, without anything that looks like a key."""
        text = " ".join(self.message.encode(errors="replace").decode().split())
        if key:
            text = text.replace(key, "…")
        text = _KEYS.sub("…", text)
        # clients take these words for our own promise that a retry may help
        text = re.sub("try again", "retry", text, flags=re.IGNORECASE)
        if len(text) > _QUOTED:
            text = text[:_QUOTED].rsplit(" ", 1)[0] + " …"
        return " " + say("(it says: “{words}”)", words=text) if text else ""


def _values(error: Any, name: str) -> Iterator[Any]:
    """A field of the error, or of the error in it."""
    if isinstance(error, Mapping):
        yield error.get(name)
        yield from _values(error.get("error"), name)
    elif isinstance(error, list) and error:
        yield from _values(error[0], name)


def _sentences(error: Any) -> Iterator[str]:
    """What may be the sentence for people, the likeliest first."""
    if isinstance(error, str):
        yield error
    elif isinstance(error, list) and error:
        yield from _sentences(error[0])
    elif isinstance(error, Mapping):
        for name in ("error", "message", "detail", "msg", "errors"):
            if found := error.get(name):
                yield from _sentences(found)
