"""What holds for the page's sources, without a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.server import ROOT

# What puts a page together, and the template of that page.
PAGES = {"main": "chat", "cards": "cards"}
MODULES = sorted((ROOT / "static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").glob("*.html"))


def test_one_module_alone_inserts_html():
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|DOMParser|createContextual"
    )
    found = {path.name for path in (ROOT / "static/js").glob("*.js") if unsafe.search(path.read_text())}
    assert found == {"html.js"}


def test_components_know_main_only():
    components = {
        "composer",
        "controls",
        "conversation",
        "connection_notice",
        "drawer",
        "drop_zone",
        "passage",
        "shelf",
    }
    components |= {"sidebar", "socket", "status", "toasts", "transcript", "uploads", "welcome", "announcer", "outbox"}
    for path in (ROOT / "static/js").glob("*.js"):
        if path.stem not in PAGES:
            imported = set(re.findall(r'^} from "\./(\w+)\.js"|^import .* from "\./(\w+)\.js"', path.read_text(), re.M))
            names = {name for pair in imported for name in pair if name}
            assert not names & components, f"{path.name} imports {names & components}"


def imported(module: str) -> set[str]:
    """The modules that a module needs at once, and all that those need; what it loads later is not among them."""
    text = (ROOT / f"static/js/{module}.js").read_text()
    found = set(re.findall(r'^(?:\}|import .*) from "\./(\w+)\.js"', text, re.M))
    return {module} | {each for name in found for each in imported(name)}


@pytest.mark.parametrize(("module", "page"), PAGES.items())
def test_every_module_is_named_in_the_page_that_needs_it(module, page):
    text = (ROOT / f"templates/{page}.html").read_text()
    names = re.search(r"\{% for name in (\[.*\]) %\}\n<link rel=\"modulepreload", text)[1]
    assert set(json.loads(names)) == imported(module)


def test_every_module_and_style_is_used():
    modules = {path.stem for path in MODULES}
    assert modules == set().union(*map(imported, PAGES)) | {
        "paste_notes",
        "proposals",
        "saving",
        "due",
    }  # loaded when needed
    styles = {path.stem for path in (ROOT / "static/css").glob("*.css")}
    everywhere = "".join(path.read_text() for path in TEMPLATES)
    lists = re.findall(r"\{% for name in (\[.*\]) %\}\n<link rel=\"stylesheet", everywhere)
    assert {name for each in lists for name in json.loads(each)} == styles


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_that_the_strict_policy_would_refuse(path):
    text = path.read_text()
    assert not re.search(r"""\sstyle=|\son\w+=|<style|javascript:|data:[a-z]+/""", text)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", text, re.S):
        assert not script.strip()


def test_modules_are_correctly_typed(tmp_path: Path):
    compiler = shutil.which("tsc")
    if compiler is None:
        assert not os.environ.get("CI"), "in CI the types are checked: .ci/run installs tsc"
        pytest.skip("no TypeScript compiler (tsc) on this machine's PATH, so types in static/js are not checked")
    options = {
        "checkJs": True,
        "strict": True,
        "noEmit": True,
        "noUnusedLocals": True,
        "target": "es2024",
        "module": "es2022",
        "moduleResolution": "bundler",
        "lib": ["es2024", "dom", "dom.iterable"],
    }
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": options, "include": [f"{ROOT}/static/js/*.js"]}))
    checked = subprocess.run([compiler, "--project", config], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
