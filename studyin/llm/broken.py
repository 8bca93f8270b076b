"""What can break on the way to a model server, from resolving its name to reading the answer, in words."""

from __future__ import annotations

import aiohttp

from studyin.errors import Code
from studyin.language import phrase

# By exception, the first that fits; whether a retry may help. All others: the answer was cut off.
BROKEN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Code, str, bool], ...] = (
    (
        aiohttp.ConnectionTimeoutError,
        Code.PROVIDER_TIMEOUT,
        phrase(
            "The model server at {where} took no connection within {seconds} seconds; check OPENAI_BASE_URL and that "
            "server, then try again."
        ),
        True,
    ),
    (
        aiohttp.ClientConnectorDNSError,
        Code.PROVIDER_UNREACHABLE,
        phrase(
            "Expected a model server at {where}, but there is no host of that name, or no network; check "
            "OPENAI_BASE_URL and the network, then try again."
        ),
        True,
    ),
    (
        aiohttp.ClientConnectorCertificateError,
        Code.PROVIDER_UNREACHABLE,
        phrase(
            "Expected a valid certificate at {where}, got one that this machine does not trust; mend it, or check "
            "OPENAI_BASE_URL."
        ),
        False,
    ),
    (
        aiohttp.ClientSSLError,
        Code.PROVIDER_PROTOCOL,
        phrase(
            "Expected encryption (TLS) at {where}, got something else; check whether OPENAI_BASE_URL should begin with "
            "http://."
        ),
        False,
    ),
    (
        (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
        Code.PROVIDER_UNREACHABLE,
        phrase(
            "The proxy on the way to {where} does not let us through; check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, "
            "then try again."
        ),
        True,
    ),
    (
        aiohttp.ClientConnectorError,
        Code.PROVIDER_UNREACHABLE,
        phrase("No model server answers at {where}; start it, or change OPENAI_BASE_URL, then try again."),
        True,
    ),
    (
        aiohttp.ClientResponseError,
        Code.PROVIDER_PROTOCOL,
        phrase(
            "Expected an OpenAI-compatible server at {where}, got something that is no HTTP; check OPENAI_BASE_URL."
        ),
        False,
    ),
)
