"""The promises of the code about itself: who may import whom, and that documents and code say the same."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyin.config import SETTINGS, Setting, Settings
from studyin.errors import Code
from studyin.web.protocol import CLIENT_FRAMES, SERVER_FRAMES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "studyin"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))

# An import points to the same layer or to a lower one; two that share a line do not know each other.
LAYERS = [
    {"__main__"},
    {"cli"},
    {"user_commands"},
    {"options"},
    {"app", "public_address"},
    {"doctor"},
    {"web"},
    {"chat"},
    {"coach"},
    {"library", "accounts"},
    {"store", "llm"},
    {"config"},
    {"setting"},
    {"errors", "values", "assets", "text", "logs", "language", "rest"},
]
DEPTH = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
SQL = re.compile(
    r"\b(SELECT\s.*\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s|PRAGMA\s)", re.S
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Every dotted name that a module imports, wherever in it: `from a import b` gives a.b."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)} has a relative import, line {node.lineno}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def texts(path: Path) -> Iterator[str]:
    """The string literals of a module; of an f-string, its fixed parts."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def given_names(path: Path) -> Iterator[str]:
    """What a module names: its functions, classes and methods, and its constants."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("__"):
            yield from () if any(isinstance(each, ast.Call) for each in node.decorator_list) else (node.name,)
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_every_module_belongs_to_a_layer():
    assert {layer_of(path) for path in MODULES} - {"__init__"} <= set(DEPTH)


def test_an_import_never_points_back():
    back = [
        f"{named(path)} imports {name}"
        for path in MODULES
        for name in imported(path)
        if name.startswith("studyin.") and (other := name.split(".")[1]) in DEPTH
        if other != (own := layer_of(path)) and own != "__init__" and DEPTH[other] <= DEPTH[own]
    ]
    assert not back


def test_only_the_web_layer_and_the_app_know_the_web_framework():
    strangers = [
        named(path)
        for path in MODULES
        if layer_of(path) not in {"web", "app"}
        for name in imported(path)
        if name.startswith(("aiohttp.web", "aiohttp_jinja2"))
    ]
    assert not strangers
    assert not [named(path) for path in MODULES if "aiohttp.web" in path.read_text() and layer_of(path) == "llm"]


def test_only_the_store_speaks_sql():
    assert any(SQL.search(text) for path in MODULES if layer_of(path) == "store" for text in texts(path))
    elsewhere = [path for path in MODULES if layer_of(path) != "store"]
    assert not [named(path) for path in elsewhere if any(SQL.search(text) for text in texts(path))]
    databases = ("sqlite3", "aiosqlite")
    assert not [named(path) for path in elsewhere if any(name.split(".")[0] in databases for name in imported(path))]


def test_no_module_is_longer_than_can_be_held_in_mind():
    files = [*MODULES, *SCRIPTS, ROOT / "run.py"]
    assert not [f"{named(path)}: {lines}" for path in files if (lines := len(path.read_text().splitlines())) > 320]


def test_nothing_is_kept_that_nobody_uses():
    """A name that stands once is only ever given. Commands are called by their decorator, SERVER_FRAMES by a test."""
    used = Counter(
        re.findall(r"\w+", "".join(path.read_text() for path in [*MODULES, *ROOT.glob("templates/**/*.html")]))
    )
    left_over = [f"{named(path)}: {name}" for path in MODULES for name in given_names(path) if used[name] == 1]
    assert left_over == ["studyin/web/protocol.py: SERVER_FRAMES"]


def test_no_file_is_named_after_nothing():
    empty = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}
    files = [
        *MODULES,
        *SCRIPTS,
        *ROOT.glob("templates/**/*"),
        *ROOT.glob("static/css/**/*"),
        *ROOT.glob("tests/**/*.py"),
    ]
    assert not [named(path) for path in files if empty & set(re.split(r"[_.-]", path.name.lower()))]


def test_every_module_opens_with_a_sentence_saying_what_it_is_for():
    wordless = [named(path) for path in MODULES if not (ast.get_docstring(ast.parse(path.read_text())) or "").strip()]
    assert not wordless


def example(setting: Setting) -> str:
    """The lines of .env.example for a setting. A default that is no value but a description becomes a remark."""
    described = " " in setting.default
    remark = f"{setting.help} Default: {setting.default}." if described else setting.help
    comment = textwrap.fill(remark, 110, initial_indent="# ", subsequent_indent="# ")
    return f"{comment}\n#{setting.env}={'' if described else setting.default}\n"


def test_env_example_has_every_setting_and_no_other():
    head, *blocks = (ROOT / ".env.example").read_text().split("\n\n")
    assert head.startswith("# ")
    assert [block.rstrip() for block in blocks] == [example(setting).rstrip() for setting in SETTINGS]


def test_env_example_with_its_marks_removed_is_the_defaults(tmp_path):
    switched_on = re.sub(r"^#(?=[A-Z_]+=)", "", (ROOT / ".env.example").read_text(), flags=re.M)
    (tmp_path / ".env").write_text(switched_on)
    settings = Settings.load({}, {}, tmp_path / ".env")
    assert settings == Settings()
    assert settings.origin("port") == ".env"
    assert not settings.warnings


def row_of(setting: Setting) -> str:
    """The line of the README's table for a setting."""
    default = setting.default if " " in setting.default or not setting.default else f"`{setting.default}`"
    return f"| `{setting.env}` | `{setting.flag}` | {default} | {setting.help.replace('*', '`*`')} |"


def test_the_readme_has_every_setting_and_no_other():
    section = (ROOT / "README.md").read_text().split("\n## Configuration\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [row_of(setting) for setting in SETTINGS]


def test_every_error_code_is_documented_and_no_other():
    documented = re.findall(r"^\| `(\w+)` \| .+\. \| .+\. \|$", (ROOT / "docs" / "errors.md").read_text(), flags=re.M)
    assert documented == [code.value for code in Code]


@pytest.mark.parametrize(("name", "frames"), [("CLIENT_FRAMES", CLIENT_FRAMES), ("SERVER_FRAMES", SERVER_FRAMES)])
def test_server_and_page_know_the_same_frames(name, frames):
    script = (ROOT / "static" / "js" / "protocol.js").read_text()
    listed = re.search(rf"export const {name} = [^\[]*\[(.*?)\]", script, flags=re.S)
    assert listed, f"protocol.js exports no {name}"
    assert sorted(re.findall(r'"(\w+)"', listed[1])) == sorted(frames)


def test_every_frame_is_documented():
    described = (ROOT / "docs" / "protocol.md").read_text()
    frames = sorted(CLIENT_FRAMES | SERVER_FRAMES)
    assert [frame for frame in frames if f'"type": "{frame}"' in described or f"`{frame}`" in described] == frames


@pytest.mark.parametrize("check", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_the_code_passes(check):
    done = subprocess.run([sys.executable, "-m", *check], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
