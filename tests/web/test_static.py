"""How files and answers travel: joined, compressed, tagged, and kept by version."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

import aiohttp
import pytest

from studyin.web.joining import joined_modules, joined_sheets
from studyin.web.squeezing import squeezed_script
from tests.web.studyin_server import StudyinServer


@pytest.fixture
async def static(http: aiohttp.ClientSession, server: StudyinServer) -> str:
    async with http.get(server.url + "/") as response:
        return f"{server.url}/static/{(await response.text()).partition('/static/')[2].partition('/')[0]}"


async def _get(url: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with (
        aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Accept-Encoding"]) as http,
        http.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}) as response,
    ):
        return response, await response.read()


async def test_a_file_is_sent_compressed_to_who_takes_that_and_plain_to_others(static: str) -> None:
    plain, text = await _get(f"{static}/js/main.js")
    small, packed = await _get(f"{static}/js/main.js", Accept_Encoding="br, gzip;q=0.8")
    assert gzip.decompress(packed) == text
    assert len(packed) * 3 < len(text)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    for response in (plain, small):
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    for acceptance in ("*", "*;q=0, gzip", "identity;q=0.5, *"):
        _, body = await _get(f"{static}/js/main.js", Accept_Encoding=acceptance)
        assert body == packed, acceptance
    for refusal in ("identity", "gzip;q=0", "gzip;q=0.0, br", "*, gzip;q=0", "br, *;q=0"):
        refused, body = await _get(f"{static}/js/main.js", Accept_Encoding=refusal)
        assert "Content-Encoding" not in refused.headers
        assert body == text


async def test_each_form_of_a_file_has_its_own_tag_and_is_not_sent_twice(static: str) -> None:
    plain, _ = await _get(f"{static}/css/chat.css")
    small, _ = await _get(f"{static}/css/chat.css", Accept_Encoding="gzip")
    assert plain.headers["ETag"] != small.headers["ETag"]
    known, body = await _get(f"{static}/css/chat.css", Accept_Encoding="gzip", If_None_Match=small.headers["ETag"])
    assert (known.status, body) == (304, b"")
    assert known.headers["ETag"] == small.headers["ETag"]
    assert known.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    other, _ = await _get(f"{static}/css/chat.css", Accept_Encoding="gzip", If_None_Match=plain.headers["ETag"])
    assert other.status == 200


async def test_a_path_out_of_the_folder_finds_nothing(static: str) -> None:
    for path in ("/../chat.html", "/..%2f..%2fsetup.cfg", "/js", "/js/", "//etc/passwd", "/%2e%2e/%2e%2e/setup.cfg"):
        response, _ = await _get(static + path)
        assert response.status == 404, path


async def test_pages_and_lists_are_sent_compressed_and_errors_too(server: StudyinServer) -> None:
    for path, status, vary in (
        ("/", 200, "Accept-Encoding"),
        ("/session/unknown", 404, "Accept-Encoding"),
    ):
        response, packed = await _get(server.url + path, Accept_Encoding="gzip, deflate")
        assert response.status == status
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == vary
        assert b"<!doctype html>" in zlib.decompress(packed, zlib.MAX_WBITS | 16)
        plain, text = await _get(server.url + path)
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Vary"] == vary
        assert b"<!doctype html>" in text


async def test_short_answers_are_left_as_they_are(server: StudyinServer) -> None:
    response, body = await _get(server.url + "/api/sessions", Accept_Encoding="gzip")
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Origin"
    assert b"sessions" in body


def test_modules_are_joined_with_their_names_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("// said of it\nconst secret = 1;\nexport const one = () => secret;\n")
    (tmp_path / "two.js").write_text(
        'import { one } from "./one.js";\n/**\n * What it is for.\n */\nconst secret = 2;\n'
        "export class Two {\n  sum = one() + secret; // it shares its line\n}\n"
    )
    (tmp_path / "main.js").write_text(
        'import {\n  one as first,\n} from "./one.js";\nimport { Two } from "./two.js";\nfirst(new Two());\n'
    )
    joined = joined_modules(tmp_path / "main.js")
    assert joined.count("const $one = (() => {") == 1
    assert joined.index("$one = ") < joined.index("$two = ") < joined.index("$main = ")
    assert "const{one:first,}=$one;" in joined
    assert "class Two{sum=one()+secret;}\nreturn {Two}" in joined
    assert not re.search(r"^export", joined, re.M)
    assert joined_modules(tmp_path / "two.js").endswith("export const { Two } = $two;\n")
    assert not re.search("said of it|What it is for|shares its line", joined)


@pytest.mark.parametrize(
    ("script", "squeezed"),
    [
        ("a = 1; // said\n/* of it */ b = 2;\n", "a=1;b=2;"),
        ("a = b - -c + ++d;\nreturn a;\n", "a=b- -c+ ++d;return a;"),
        ("a = b\n(c)\n", "a=b\n(c)"),
        ("if (a) {\n  b();\n}\nc();\n", "if(a){b();}\nc();"),
        ("static #a = new B( c );\n", "static #a=new B(c);"),
        ("a = \"  // { b }  \" + '  /* \\' */';\n", "a=\"  // { b }  \"+'  /* \\' */';"),
        ("a = `  ${b}  // { c }  \n  $d`;\n", "a=`  ${b}  // { c }  \n  $d`;"),
        # One inside another, which a squeezer by the name of rjsmin takes apart.
        ("a = `b  ${c({ d: `  e  ${ f }  ` })}  // g`;\n", "a=`b  ${c({ d: `  e  ${ f }  ` })}  // g`;"),
        ("a = b / c / d;\n", "a=b/c/d;"),
        ("a.replace(/ · b$/, c / d);\n", "a.replace(/ · b$/,c/d);"),
        ("a = /[\"/ ] +`/.test(b) ? /\\/ '/ : c;\n", "a=/[\"/ ] +`/.test(b)?/\\/ '/:c;"),
    ],
)
def test_a_script_loses_what_is_for_its_readers_alone(script: str, squeezed: str) -> None:
    assert squeezed_script(script) == squeezed


@pytest.mark.parametrize(
    ("main", "complaint"),
    [
        ('import "./other.js";\n', "got in main.js"),
        ("export default 1;\n", "got in main.js"),
        ('import { a } from "./other.js";\n', "without a circle"),
    ],
)
def test_a_form_that_can_not_be_joined_is_refused_aloud(tmp_path: Path, main: str, complaint: str) -> None:
    (tmp_path / "other.js").write_text('import { b } from "./main.js";\nexport const a = b;\n')
    (tmp_path / "main.js").write_text(main)
    with pytest.raises(ValueError, match=complaint):
        joined_modules(tmp_path / "main.js")


def test_sheets_are_joined_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("/* First. */\n.a { color: red; }\n")
    (tmp_path / "b.css").write_text(".b { color: blue; }\n")
    (tmp_path / "page.css").write_text('@import "a.css";\n@import "b.css";\n\n.page { margin: 0; }\n')
    assert joined_sheets(tmp_path / "page.css") == ".a{color:red}.b{color:blue}.page{margin:0}"
    (tmp_path / "b.css").write_text('@import "a.css";\n')
    with pytest.raises(ValueError, match="without @import"):
        joined_sheets(tmp_path / "page.css")
