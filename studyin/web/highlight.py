"""Code to coloured HTML: Pygments' tokens as spans with its short class names, which static/css/code.css colours."""

import re
import threading
import time
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape
from typing import Any

# Bounds, beyond which code stays plain. Pygments' lexers are regular expressions without bounds of their own: 20,000
# spaces keep its C lexer busy for hours, within a single match, where no clock can stop it.
LONGEST = 50_000  # characters
_LONGEST_LINE = 1_000
_LONG_SPACE = re.compile(r"\s{100}")
_SECONDS = 0.05  # of work, not of waiting for the processor; what is not coloured by then stays plain
_CACHED = 10_000

# The languages that are coloured: Pygments' name first, then others that are written behind ```. A list of our own,
# because Pygments answers a name it does not know by asking every installed package, and because each of these lexers
# was tried on hostile text within the bounds above (its two console lexers failed).
_LANGUAGES = """
bash sh shell zsh ksh|batch bat cmd|c h|clojure clj|cmake|common-lisp lisp cl|cpp c++ cc cxx hpp|csharp c# cs|css
dart|delphi pascal|diff patch udiff|docker dockerfile|elixir ex exs|erlang erl|fortran f90 f95|fsharp f#|go golang
graphql|graphviz dot|groovy|haskell hs|html htm|ini cfg conf|java|javascript js jsx mjs node|json json5 jsonc
julia jl|kotlin kt|latex tex|lua|make makefile|matlab|nasm asm assembly|nginx|objective-c objc|ocaml ml|octave
perl pl|php|powershell ps1 pwsh|prolog|protobuf proto|python py python3 py3 pycon|r|racket rkt|ruby rb|rust rs|scala
scheme scm|scss|sql mysql postgres postgresql psql sqlite|swift|toml|typescript ts tsx|verilog v sv|vhdl|xml svg
yaml yml|zig
"""
NAMES = {name: line.split()[0] for line in re.split(r"[|\n]", _LANGUAGES.strip()) for name in line.split()}

_making = threading.Lock()

# What a token is, by its type or the nearest type above it that is here; names and punctuation stay as they are.
_CLASSES = {
    "Comment": "c",
    "Error": "",
    "Generic.Deleted": "gd",
    "Generic.Heading": "gh",
    "Generic.Inserted": "gi",
    "Generic.Output": "go",
    "Generic.Prompt": "gp",
    "Generic.Subheading": "gh",
    "Keyword": "k",
    "Keyword.Type": "kt",
    "Literal": "m",
    "Literal.String": "s",
    "Literal.String.Escape": "se",
    "Literal.String.Interpol": "si",
    "Literal.String.Regex": "sr",
    "Name.Attribute": "na",
    "Name.Builtin": "nb",
    "Name.Class": "nc",
    "Name.Constant": "no",
    "Name.Decorator": "nd",
    "Name.Exception": "nc",
    "Name.Function": "nf",
    "Name.Namespace": "nn",
    "Name.Tag": "nt",
    "Name.Variable": "nv",
    "Operator": "o",
    "Operator.Word": "k",
}
CLASSES = frozenset(filter(None, _CLASSES.values()))


def coloured(code: str, language: str) -> str:
    """HTML for what stands inside <code>: escaped text, and spans where the language is known and the code is sane."""
    name = NAMES.get(language.lower())
    if name is None or _is_hard(code):
        return escape(code, quote=False)
    return _cached(code, name) if len(code) <= _CACHED else _coloured(code, name)


def _is_hard(code: str) -> bool:
    if len(code) > LONGEST or _LONG_SPACE.search(code):
        return True
    return max(map(len, code.split("\n"))) > _LONGEST_LINE


def _coloured(code: str, name: str, clock: Callable[[], float] = time.thread_time) -> str:
    lexer = _lexer(name)
    deadline = clock() + _SECONDS
    out: list[str] = []
    kind, pending, at = "", "", 0
    for at, token, text in lexer.get_tokens_unprocessed(code):
        if (now := _class(token)) != kind and text.strip():
            out.append(_span(kind, pending))
            kind, pending = now, ""
            if clock() > deadline:
                return "".join(out) + escape(code[at:], quote=False)
        pending += text
    return "".join(out) + _span(kind, pending)


# A reply's code is coloured when its block is finished and again when the reply is; a page of history holds many.
_cached = lru_cache(maxsize=64)(_coloured)


def _span(kind: str, text: str) -> str:
    text = escape(text, quote=False)
    return f'<span class="{kind}">{text}</span>' if kind and text else text


def _lexer(name: str) -> Any:
    # Imported on first use: Pygments and its lexers take 30 ms and several MB, and many sessions show no code.
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415

    # Made for each use, as some lexers keep notes on themselves while they read; and by one thread at a time, as the
    # first of a kind compiles its rules into the class.
    with _making:
        return get_lexer_by_name(name)


@cache
def _class(token: Any) -> str:
    """token: Pygments' token type, a tuple of names."""
    for length in range(len(token), 0, -1):
        found = _CLASSES.get(".".join(token[:length]))
        if found is not None:
            return found
    return ""
