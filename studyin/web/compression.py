"""Pages and JSON are sent compressed to who takes that.

Nothing secret stands in an answer's body beside what its reader wrote (logins are cookies), so its length tells an
onlooker nothing worth having.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from studyin.web.protocol import SOCKET_PATH

# Below this, what gzip adds is as much as it saves.
MIN_BYTES = 600
COMPRESSED_TYPES = {"text/html", "application/json", "text/plain", "text/markdown", "application/manifest+json"}


def takes_gzip(request: web.BaseRequest) -> bool:
    """By Accept-Encoding; gzip;q=0 is a refusal, and what is said of gzip itself counts before what is of all (*)."""
    items = (item.partition(";") for item in request.headers.get(hdrs.ACCEPT_ENCODING, "").lower().split(","))
    weights = {coding.strip(): weight.strip() for coding, _, weight in items}
    return not re.fullmatch(r"q=0(\.0*)?", weights.get("gzip", weights.get("*", "q=0")))


@web.middleware
def compress(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    # A socket has nothing to compress, and would keep this coroutine's frame for as long as it is open.
    return handler(request) if request.path == SOCKET_PATH else _compressed(request, handler)


async def _compressed(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not isinstance(response, web.Response) or hdrs.CONTENT_ENCODING in response.headers:
        return response
    is_long = isinstance(response.body, bytes | bytearray) and len(response.body) >= MIN_BYTES
    if is_long and response.content_type in COMPRESSED_TYPES:
        vary = response.headers.get(hdrs.VARY)
        response.headers[hdrs.VARY] = f"{vary}, {hdrs.ACCEPT_ENCODING}" if vary else hdrs.ACCEPT_ENCODING
        if takes_gzip(request):
            response.enable_compression(web.ContentCoding.gzip)
    return response
