"""The chat socket: one connection, from its first frame to its last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from studyin import language
from studyin.chat.ending import unexpected
from studyin.chat.turn import Turn
from studyin.chat.turns import Asked
from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.text import storable
from studyin.web import protocol
from studyin.web.accounts import Visitor
from studyin.web.errors import as_frame
from studyin.web.following import NOTHING_OPENED, Following
from studyin.web.keys import AUDIENCE, ENGINE, MESSAGES, METRICS, SESSIONS, SETTINGS
from studyin.web.relay import complete_frame, context_frame, encode

log = logging.getLogger(__name__)

# What is left to send when a connection ends may take this long to be taken.
LAST_WORDS_SECONDS = 5.0
# News for the sidebar may be this old; with a hundred turns that start at once, a hundred frames for each of a hundred
# pages would cost as much as all their answers: more than a few are told in one.
NEWS_SECONDS = 0.1
MANY_SESSIONS = 5


class ChatSocket:
    """One page's connection: reads its frames and answers them. What a session has to tell comes from its Following."""

    # There may be thousands.
    __slots__ = (
        "_app",
        "_following",
        "_heard",
        "_html",
        "_is_asking",
        "_news",
        "_own_page",
        "_socket",
        "_telling",
        "_transport",
        "_unfollow",
        "_was_closed",
        "account_id",
        "login_id",
    )

    def __init__(
        self,
        app: web.Application,
        socket: web.WebSocketResponse,
        visitor: Visitor,
        transport: asyncio.WriteTransport | None,
    ) -> None:
        self.account_id = visitor.account.id
        self.login_id = visitor.login_id
        self._app = app
        self._socket = socket
        self._transport = transport
        self._was_closed = False
        # Whether the client speaks the second half of the protocol, and wants HTML.
        self._own_page = False
        self._html = False
        self._following: Following | None = None
        self._unfollow: Callable[[], None] | None = None
        # While a question of this socket is being stored: a turn that started meanwhile, its own or another tab's.
        self._is_asking = False
        self._heard: Turn | None = None
        self._news: dict[str, Mapping[str, Any]] = {}
        self._telling: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve the connection until it closes."""
        leave = self._app[AUDIENCE].enter(self)
        self._app[METRICS].sockets_opened.inc()
        try:
            await self._tell({"type": "info", "message": "Connected to StudyIn AI coach.", "user_id": self.account_id})
            async for message in self._socket:
                await self._receive(message)
                await asyncio.sleep(0)  # what has come already is else read in one go, while everybody waits
        except ConnectionError:
            pass  # a browser that vanished is no error
        except Exception:
            log.exception("a chat socket failed")
            await self.close(WSCloseCode.INTERNAL_ERROR, unexpected().message)
        finally:
            leave()
            self._app[METRICS].sockets_closed.labels(self._close_code()).inc()
            self._leave()
            if self._telling is not None:
                self._telling.cancel()
            self._end_transport()

    def let_go_if_closed(self) -> None:
        """Abort the connection where it was over at the last look already.

        When a heartbeat fails aiohttp closes the transport, and a transport with something left to send waits for its
        reader before it ends, for ever: with it would wait whoever here is sending, and keep a place among the sockets.
        """
        is_closed = self._socket.closed and self._transport is not None and self._transport.is_closing()
        if is_closed and self._was_closed and self._transport is not None:
            self._transport.abort()
        self._was_closed = is_closed

    def _end_transport(self) -> None:
        """Nobody is waited for long who does not take the last frames: their connection would stay open for ever."""
        if self._transport is not None and self._transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(LAST_WORDS_SECONDS, self._transport.abort)

    def _close_code(self) -> int:
        """How the connection ended. 1005: without a code; 1006: without a goodbye; what is no code at all is 1006."""
        code = self._socket.close_code
        return code if code is not None and 1000 <= code < 5000 else WSCloseCode.ABNORMAL_CLOSURE.value

    async def close(self, code: int, reason: str) -> None:
        await self._socket.close(code=code, message=reason.encode(), drain=False)

    def turn_started(self, turn: Turn) -> None:
        """A turn started in the session that this socket follows."""
        if self._is_asking:
            self._heard = turn
        elif self._following is not None:
            self._following.join(turn)

    def hear(self, subject: str, frame: Mapping[str, Any]) -> None:
        """News for the whole account; only our own page knows such frames."""
        if not self._own_page:
            return
        self._news[subject] = frame
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_news())

    async def _tell_news(self) -> None:
        try:
            while self._news:
                await asyncio.sleep(NEWS_SECONDS)
                news, self._news = list(self._news.values()), {}
                sessions = [frame for frame in news if frame["type"] == "session"]
                if len(sessions) > MANY_SESSIONS:
                    news = [frame for frame in news if frame["type"] != "session"]
                    news.append({"type": "sessions", "sessions": sessions})
                for frame in news:
                    await self._tell(frame)
        except ConnectionError:
            self._news.clear()

    async def _receive(self, message: WSMessage) -> None:
        fields: Mapping[str, Any] = {}
        try:
            fields = protocol.decode(self._text_of(message))
            await self._handle(protocol.parse(fields, max_message_chars=self._app[SETTINGS].max_message_chars))
        except StudyinError as error:
            await self._refuse(error, fields)
        except ConnectionError:
            raise
        except Exception:
            log.exception("a %s frame failed", fields.get("type"))
            await self._refuse(unexpected(), fields)

    async def _refuse(self, error: StudyinError, fields: Mapping[str, Any]) -> None:
        # The page has to know which question to keep. A turn is not named: that would say that the turn has failed.
        client_id = fields.get("client_id")
        named = {"client_id": storable(client_id)} if isinstance(client_id, str) else {}
        await self._tell(as_frame(error, **named))

    def _text_of(self, message: WSMessage) -> str:
        limit = self._app[SETTINGS].max_frame_bytes
        if message.type is not WSMsgType.TEXT:
            raise StudyinError(Code.BAD_FRAME, say("Expected a text frame with JSON, got a binary frame."))
        text: str = message.data
        # A character has at most four bytes in UTF-8, so most frames need no counting.
        if len(text) * 4 > limit and (size := len(text.encode())) > limit:
            raise StudyinError(
                Code.TOO_LARGE,
                say(
                    "Expected a frame of at most {limit} bytes, got {size}. Shorten the message.",
                    limit=in_figures(limit),
                    size=in_figures(size),
                ),
            )
        return text

    async def _handle(self, frame: protocol.Frame) -> None:
        match frame:
            case protocol.UserMessage():
                await self._ask(frame)
            case protocol.Open():
                await self._open(frame)
            case protocol.Stop():
                self._app[ENGINE].stop(self.account_id, frame.turn_id)
            case protocol.Regenerate():
                await self._regenerate(frame)
            case protocol.Ping():
                await self._tell({"type": "pong"})

    async def _open(self, frame: protocol.Open) -> None:
        language.speak(frame.language)
        if frame.session_id is not None:
            # The right to see the session is checked here, each time.
            await self._app[SESSIONS].get(self.account_id, frame.session_id)
        self._own_page = True
        self._html = frame.html
        self._leave()
        if frame.session_id is None:
            await self._tell(NOTHING_OPENED)
        else:
            await self._follow(frame.session_id).open(frame)

    async def _ask(self, frame: protocol.UserMessage) -> None:
        session_id = self._following.session_id if self._following is not None else None
        asking = self._app[ENGINE].ask(
            self.account_id,
            session_id,
            frame.content,
            frame.controls,
            client_id=frame.client_id,
            parent_id=frame.parent_id,
            material_ids=frame.material_ids,
        )
        try:
            await self._start(asking, frame.client_id)
        except StudyinError as error:
            # A client that knows no sessions can't open another one where its own was deleted: it gets a new one.
            if (
                error.code != Code.NOT_FOUND
                or session_id is None
                or self._own_page
                or frame.parent_id
                or frame.material_ids
            ):
                raise
            self._leave()
            await self._ask(frame)

    async def _regenerate(self, frame: protocol.Regenerate) -> None:
        message = await self._app[MESSAGES].get(self.account_id, frame.message_id)
        if self._following is not None and self._following.session_id != message.session_id:
            raise StudyinError(
                Code.NOT_FOUND, say("This message is in another session; open that session first."), status=404
            )
        again = self._app[ENGINE].ask_again(self.account_id, message.id, frame.controls, frame.material_ids)
        await self._start(again, None)

    async def _start(self, asking: Coroutine[Any, Any, Asked], client_id: str | None) -> None:
        self._is_asking = True
        asked: Asked | None = None
        try:
            asked = await asking
        finally:
            self._is_asking = False
            heard, self._heard = self._heard, None
            is_own = asked is not None and heard is asked.turn
            if heard is not None and not is_own and self._following is not None:
                self._following.join(heard)
        begun = asked.begun
        following, is_new_here = self._following, False
        if following is None:
            following, is_new_here = self._follow(begun.session.id), True
        if self._own_page or client_id is not None:
            await self._tell(
                {
                    "type": "accepted",
                    "client_id": client_id,
                    "message_id": begun.question.id,
                    "session_id": begun.session.id,
                    "turn_id": begun.reply.id,
                }
            )
        if asked.turn is not None:
            following.begin(asked.turn)
        elif is_new_here:
            # Sent and answered before, on a connection that was lost: here is the answer again.
            reply = await self._app[MESSAGES].get(self.account_id, begun.reply.id)
            await self._tell(context_frame(reply.id, reply.session_id, reply.quotations))
            await self._tell(await complete_frame(reply, html=self._html))
            running = self._app[ENGINE].running(self.account_id, reply.session_id)
            if running is not None:
                following.join(running)

    def _follow(self, session_id: str) -> Following:
        self._leave()
        self._unfollow = self._app[AUDIENCE].follow(self, session_id)
        self._following = Following(
            self._app,
            self.account_id,
            session_id,
            self._send,
            self._tell,
            own_page=self._own_page,
            html=self._html,
        )
        return self._following

    def _leave(self) -> None:
        if self._unfollow is not None and self._following is not None:
            self._unfollow()
            self._following.leave()
        self._unfollow = self._following = None

    async def _tell(self, frame: Mapping[str, Any]) -> None:
        await self._send(encode(frame))

    async def _send(self, frame: bytes) -> None:
        await self._socket.send_frame(frame, WSMsgType.TEXT)
