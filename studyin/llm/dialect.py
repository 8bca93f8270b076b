"""Which optional parameters a server takes; learnt from what it refuses, and remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studyin.llm.base import ChatMessage, ChatRequest
from studyin.llm.complaint import Complaint

# the name for a cap on the reply: OpenAI's of today, then everybody's of yesterday
_CAPS = ("max_completion_tokens", "max_tokens")
# o3 knows no "minimal"
_LESS_EXACT = {"minimal": "low"}


class Dialect:
    """What one server is known to refuse. It only ever learns to send less, so asking again comes to an end."""

    def __init__(self) -> None:
        self._caps = list(_CAPS)
        self._refused_efforts: set[str] = set()
        self._streams_usage = True
        self._has_system_role = True

    def body(self, model: str, request: ChatRequest, *, capped: bool = True) -> dict[str, Any]:
        """The request in this server's words. capped: False leaves out the cap on the reply."""
        said = request.messages if self._has_system_role else _without_system(request.messages)
        messages = [{"role": message.role, "content": message.content} for message in said]
        body: dict[str, Any] = {"model": model, "messages": messages, "stream": True}
        if self._streams_usage:
            body["stream_options"] = {"include_usage": True}
        if capped and self._caps and request.max_tokens:
            body[self._caps[0]] = request.max_tokens
        if effort := self._effort(request.effort):
            body["reasoning_effort"] = effort
        return body

    def learn(self, sent: Mapping[str, Any], complaint: Complaint) -> bool:
        """Take note of what the complaint refuses; True where another body may do better."""
        if complaint.about_system_role:
            self._has_system_role = False
            return bool(sent["messages"][0]["role"] == "system")
        cap = next((name for name in _CAPS if name in sent), "")
        # by how little each is missed; with the names under which servers speak of it
        names = {"reasoning_effort": ("reasoning_effort",), "stream_options": ("stream_options", "include_usage")}
        names[cap] = _CAPS
        given = [field for field in names if field in sent]
        refused = [field for field in given if any(name in complaint.everything for name in names[field])]
        if not refused and complaint.about_unknown_field:
            refused = given
        if not refused:
            return False
        self._drop(refused[0], sent)
        return True

    def _effort(self, effort: str | None) -> str | None:
        while effort in self._refused_efforts:
            effort = _LESS_EXACT.get(effort)
        return effort

    def _drop(self, field: str, sent: Mapping[str, Any]) -> None:
        """Send it no more. Another request may have learnt the same since this body was sent."""
        if field == "reasoning_effort":
            self._refused_efforts.add(sent[field])
        elif field == "stream_options":
            self._streams_usage = False
        elif field in self._caps:
            self._caps.remove(field)


def _without_system(messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    """The instructions at the head of the student's first message, for models that know no other place for them."""
    if len(messages) < 2 or messages[0].role != "system":
        return messages
    rules, first, *others = messages
    return [ChatMessage(first.role, f"{rules.content}\n\n{first.content}"), *others]
