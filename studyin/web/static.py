"""The static files, below an address that changes when any of them does: a browser may keep them for ever.

They are read, joined and compressed once, at the start; those with sentences in another language than English when
somebody first asks for that. Texts are kept compressed alone: hardly anyone takes no gzip. What is joined into others
is not kept at all, and read again for who wants it by itself.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import hdrs, web

from studyin import language
from studyin.language import ENGLISH, LANGUAGES
from studyin.web.compression import MIN_BYTES, takes_gzip
from studyin.web.joining import in_language, joined_modules, joined_sheets
from studyin.web.keys import STATIC_VERSION

# What pages name or load late, served with all that it imports. The others are served as they are, one by one.
JOINED_MODULES = frozenset(
    f"js/{name}.js"
    for name in (
        *("main", "cards", "offline_page", "signed_out"),
        *("due", "import_sessions", "marks", "palette", "passage", "paste_notes", "proposals", "reading", "saving"),
    )
)
JOINED_SHEETS = frozenset(f"css/{name}.css" for name in ("account", "cards", "chat", "error"))
# Those of our files, and no others: a system's own table may have them otherwise, and a browser runs no module of
# another type.
TEXTS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
CONTENT_TYPES = {**TEXTS, ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is kept. body: as gzip where it is compressed, empty where it is not kept; digest: of its text."""

    content_type: str
    body: bytes
    is_compressed: bool
    digest: str


def set_up(app: web.Application, folder: Path, drawn_with: Iterable[Path] = ()) -> None:
    """drawn_with: files that are not served themselves, templates and words, in an order that stays."""
    english = read_files(folder)
    version = hashlib.sha256("".join(f"{name} {each.digest}\n" for name, each in english.items()).encode())
    # What pages are drawn with belongs to it: a browser's copies would be another version's else, and its worker
    # would not learn of a new one.
    for path in drawn_with:
        version.update(path.name.encode() + path.read_bytes())
    app[STATIC_VERSION] = version.hexdigest()[:12]

    @cache
    def files_in(spoken: str) -> Mapping[str, StaticFile]:
        return english if spoken == ENGLISH else {**english, **_translated(folder, spoken)}

    def serve(spoken: str) -> None:
        async def send(request: web.Request) -> web.Response:
            found = files_in(spoken).get(request.match_info["name"])
            if found is None:
                raise web.HTTPNotFound
            name = request.match_info["name"]
            return _answer(request, found if found.body else _read(folder / name, name, spoken))

        app.router.add_get(f"/{_address(app, spoken)}/{{name:.+}}", send)

    for spoken in LANGUAGES:
        serve(spoken)


def address_of(app: web.Application) -> str:
    """Where the static files are for who reads the current language, from the root on."""
    return _address(app, language.current())


def _address(app: web.Application, spoken: str) -> str:
    return f"static/{app[STATIC_VERSION]}" + (f"-{spoken}" if spoken != ENGLISH else "")


def read_files(folder: Path) -> Mapping[str, StaticFile]:
    """Every file in the folder, by its path in it."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: _noted(folder / name, name) for name in names}


def _translated(folder: Path, spoken: str) -> Mapping[str, StaticFile]:
    """What is another file in that language: the modules that say something, and those joined with one of them."""
    texts = (*folder.glob("js/*.js"), *folder.glob("*.webmanifest"))
    speaking = (path for path in texts if in_language(path, spoken) != path)
    names = {path.relative_to(folder).as_posix() for path in speaking}
    return {name: _noted(folder / name, name, spoken) for name in names | JOINED_MODULES}


def _noted(path: Path, name: str, spoken: str = ENGLISH) -> StaticFile:
    """The file, or what has to be known of it before somebody asks for it."""
    if path.suffix not in (".js", ".css") or name in JOINED_MODULES | JOINED_SHEETS:
        return _read(path, name, spoken)
    digest = _digest(in_language(path, spoken).read_bytes())
    return StaticFile(TEXTS[path.suffix], b"", is_compressed=False, digest=digest)


def _read(path: Path, name: str, spoken: str = ENGLISH) -> StaticFile:
    if name in JOINED_MODULES:
        body = joined_modules(path, spoken).encode()
    elif name in JOINED_SHEETS:
        body = joined_sheets(path).encode()
    else:
        body = in_language(path, spoken).read_bytes()
    is_compressed = path.suffix in TEXTS and len(body) >= MIN_BYTES
    # No time in it: the same file is the same bytes after each start.
    kept = gzip.compress(body, 9, mtime=0) if is_compressed else body
    return StaticFile(CONTENT_TYPES.get(path.suffix, "application/octet-stream"), kept, is_compressed, _digest(body))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:24]


def _answer(request: web.Request, file: StaticFile) -> web.Response:
    is_packed = file.is_compressed and takes_gzip(request)
    # Two forms of one file are two things to a cache: each has a tag of its own.
    tag = f"{file.digest}-gzip" if is_packed else file.digest
    headers = {hdrs.ETAG: f'"{tag}"'}
    if file.is_compressed:
        headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if is_packed:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    charset = "utf-8" if file.content_type in TEXTS.values() else None
    body = gzip.decompress(file.body) if file.is_compressed and not is_packed else file.body
    return web.Response(body=body, content_type=file.content_type, charset=charset, headers=headers)


async def keep_for_ever(request: web.Request, response: web.StreamResponse) -> None:
    """Also told of one that is not there, or a browser would guess how long that holds."""
    if request.path.startswith("/static/"):
        is_there = response.status in (200, 304)
        response.headers[hdrs.CACHE_CONTROL] = "public, max-age=31536000, immutable" if is_there else "no-store"
