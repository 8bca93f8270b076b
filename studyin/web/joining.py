"""A page's modules as one module, and its style sheets as one sheet: one request for each, without a build.

The sources stay what a browser runs by itself; this only saves the round trips and header lines of some fifty small
files, and what is in them for their readers alone. It knows the forms that our own files are written in, and refuses
others aloud: what can be refused here is a mistake in a file of ours, found at the first start after it.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from studyin.web.squeezing import squeezed_script, squeezed_sheet

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.M)
_SHEET = re.compile(r'^@import "(\w+\.css)";\n', re.M)


def in_language(module: Path, language: str) -> Path:
    """The module that stands in for this one in another language, `words.de.js` for `words.js`; where there is none,
    the module itself."""
    translated = module.with_suffix(f".{language}{module.suffix}")
    return translated if translated.is_file() else module


def joined_modules(main: Path, language: str = "en") -> str:
    """The module `main` with all it imports, each in a function of its own, so that their private names stay apart.

    Raises ValueError where modules import each other in a
    circle, or in a form that is not known.
    """
    parts: list[str] = []
    _add_module(main, language, (), set(), parts)
    names = _EXPORT.findall(main.read_text("utf-8"))
    exports = f"export const {{ {', '.join(names)} }} = {_variable(main.name)};\n" if names else ""
    return "".join(parts) + exports


def _add_module(path: Path, language: str, importers: tuple[str, ...], done: set[str], parts: list[str]) -> None:
    if path.name in importers:
        raise ValueError(f"Expected imports without a circle, got {' → '.join([*importers, path.name])}.")
    if path.name in done:
        return
    done.add(path.name)
    source = in_language(path, language).read_text("utf-8")
    for _, name in _IMPORT.findall(source):
        _add_module(path.with_name(name), language, (*importers, path.name), done, parts)
    code = _IMPORT.sub(_declaration, source)
    exports = _EXPORT.findall(code)
    code = _EXPORT.sub("", code)
    unknown = re.search(r"^(?:import|export)\b.*", code, re.M)
    if unknown:
        forms = "`import { … } from` a module beside it, or `export` before a name"
        raise ValueError(f"Expected {forms}, got in {path.name}: {unknown[0]}")
    end = f"return {{{','.join(exports)}}}}})();\n"
    parts.append(f"const {_variable(path.name)} = (() => {{\n{squeezed_script(code)}\n{end}")


def _declaration(imported: re.Match[str]) -> str:
    names = imported[1].replace(" as ", ": ")
    return f"const {names} = {_variable(imported[2])};\n"


def _variable(name: str) -> str:
    return f"${PurePosixPath(name).stem}"


def joined_sheets(main: Path) -> str:
    """The sheet `main` with those it imports in their places. Raises ValueError where one of those imports too."""

    def fetched(match: re.Match[str]) -> str:
        sheet = main.with_name(match[1]).read_text("utf-8")
        if "@import" in sheet:
            raise ValueError(f"Expected a sheet without @import in {main.name}, got {match[1]}.")
        return sheet

    return squeezed_sheet(_SHEET.sub(fetched, main.read_text("utf-8")))
