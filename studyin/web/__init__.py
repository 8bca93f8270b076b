"""HTTP and sockets; the only package that imports aiohttp.web."""
