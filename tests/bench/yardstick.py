"""The bare minimum: an aiohttp relay without store, rendering, resuming or errors. `python -m tests.bench.yardstick`.

It speaks just enough of the protocol to be measured by the same client: a user_message in, token and complete out.
"""

import asyncio
import json
import os

import aiohttp
from aiohttp import web

UPSTREAM = os.environ["OPENAI_BASE_URL"] + "/v1/chat/completions"
CLIENT = web.AppKey("client", aiohttp.ClientSession)


async def relay(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        frame = json.loads(message.data)
        if frame["type"] != "user_message":
            continue
        body = {"stream": True, "messages": [{"role": "user", "content": frame["content"]}]}
        reply = ""
        async with request.app[CLIENT].post(UPSTREAM, json=body) as response:
            async for line in response.content:
                if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
                    continue
                for choice in json.loads(line[6:])["choices"]:
                    value = choice["delta"].get("content")
                    if value:
                        reply += value
                        await socket.send_str(json.dumps({"type": "token", "value": value}))
        await socket.send_str(json.dumps({"type": "complete", "message": reply}))
    return socket


async def main() -> None:
    app = web.Application()
    # without a limit, as Studyin: a hundred turns at once are no reason to wait
    app[CLIENT] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    app.router.add_get("/api/chat/ws", relay)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"Studyin is ready: http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
