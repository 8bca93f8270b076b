"""The scripted model server as a process of its own; it prints its URL, and stops on SIGTERM.

    python -m tests.scripted_provider --port 0 --pieces "The " "cell " --length 200 --pace 50

While it runs, `POST /script` with any of {"pieces", "length", "pace", "together", "thinking", "pause_after", "status"}
changes what the next requests get, `POST /go` releases those that pause, `GET /requests` lists what came.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

from aiohttp import web

from tests.scripted_provider import Pause, Refuse, Said, ScriptedProvider, Stream, Think


class Controlled(ScriptedProvider):
    """The server as a process: its script comes from the command line and over HTTP."""

    def __init__(self, script: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self._script = dict(script)
        self._pauses: list[Pause] = []
        self.routes |= {
            ("POST", "/script"): self._change,
            ("POST", "/go"): self._go,
            ("GET", "/requests"): self._list,
        }
        self._use()

    def _use(self) -> None:
        script = self._script
        if script["status"] != 200:
            self.script(Refuse(script["status"]))
            return
        steps: list[Said] = [Think(script["thinking"])] if script["thinking"] else []
        pieces = list(islice(cycle(script["pieces"]), script["length"] or len(script["pieces"])))
        after = script["pause_after"]
        usage = (7, len(pieces))
        if after is None:
            stream = Stream(*steps, *pieces, pace=script["pace"], together=script["together"], usage=usage)
            self.script(stream)
        else:
            self.script(
                lambda _: Stream(
                    *steps, *pieces[:after], self._paused(), *pieces[after:], pace=script["pace"], usage=usage
                )
            )

    def _paused(self) -> Pause:
        self._pauses.append(Pause())
        return self._pauses[-1]

    async def _change(self, request: web.Request) -> web.StreamResponse:
        self._script |= await request.json()
        self._use()
        return web.json_response(self._script)

    async def _go(self, _: web.Request) -> web.StreamResponse:
        for pause in self._pauses:
            pause.go.set()
        return web.json_response({"paused": len(self._pauses)})

    async def _list(self, _: web.Request) -> web.StreamResponse:
        return web.json_response([{"body": one.body, "closed": one.closed.is_set()} for one in self.requests])


async def _serve(arguments: argparse.Namespace) -> None:
    names = ("pieces", "length", "pace", "together", "thinking", "pause_after", "status")
    script = {name: getattr(arguments, name) for name in names}
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Controlled(script, host=arguments.host, port=arguments.port, models=arguments.models) as server:
        print(server.url, flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.scripted_provider", description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: the system chooses")
    parser.add_argument("--models", nargs="*", default=["scripted-1"])
    parser.add_argument("--pieces", nargs="+", default=["Hello", " world?"], help="said over and over up to --length")
    parser.add_argument("--length", type=int, help="pieces in a reply; default: each piece once")
    parser.add_argument("--pace", type=float, help="pieces a second; default: flat out")
    parser.add_argument("--together", type=int, default=1, help="pieces in one write")
    parser.add_argument("--thinking", default="", help="reasoning said before the answer")
    parser.add_argument("--pause-after", type=int, help="pieces before a pause, which POST /go ends")
    parser.add_argument("--status", type=int, default=200, help="another than 200 refuses every request")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
