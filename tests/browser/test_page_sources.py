"""What holds for the page's sources, without a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from studyin.language import ENGLISH, LANGUAGES
from studyin.web.joining import in_language, joined_modules
from studyin.web.squeezing import squeezed_script
from studyin.web.static import JOINED_MODULES, JOINED_SHEETS
from tests.browser.chat_page import LEAVE_AFTER_MS
from tests.browser.server import ROOT

# The modules that put a page together.
PAGES = ["main", "cards", "offline_page", "signed_out", "worker"]
MODULES = sorted((ROOT / "static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").glob("*.html"))


def compiler() -> str:
    path = shutil.which("tsc")
    if path is None:
        assert not os.environ.get("CI"), "in CI the modules are checked: .ci/run installs tsc"
        pytest.skip("no TypeScript compiler (tsc) on this machine's PATH, so modules in static/js are not checked")
    return path


def test_one_module_alone_inserts_html():
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|DOMParser|createContextual"
    )
    found = {path.name for path in (ROOT / "static/js").glob("*.js") if unsafe.search(path.read_text())}
    assert found == {"html.js"}


def test_what_tests_keep_on_the_page_is_what_leaves_it():
    times = re.compile(r"\b(?:NEWS|ACTION|GONE_AFTER)_MS = ([\d_]+);")
    leaving = [times.findall((ROOT / "static/js" / module).read_text()) for module in ("toasts.js", "uploads.js")]
    assert sorted(int(ms) for found in leaving for ms in found) == LEAVE_AFTER_MS


LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
PUT_IN = re.compile(r"\$\{[^{}]*\}")
# What begins with a capital and is no word of ours: keys, types, names.
CAPITALS = {"ArrowDown", "ArrowUp", "Caddy", "Enter", "Escape", "Files", "Home", "Studyin", "Tab"}


def sentences(module: str) -> list[str]:
    """The literals that a person might read; those for the console and for who writes the page are English."""
    code = re.sub(r"(^|\s)//.*", "", re.sub(r"/\*.*?\*/", "", module, flags=re.S), flags=re.M)
    lines = [line for line in code.splitlines() if not re.search(r"throw new \w*Error\(|console\.", line)]
    code, count = "\n".join(lines), 1
    while count:
        code, count = PUT_IN.subn("\0", code)
    found = []
    for text in (one or other for one, other in LITERAL.findall(code)):
        name = re.fullmatch(r"[A-Z][a-z]\w*", text) and text not in CAPITALS
        opening = re.match(r"[A-Z][a-z]*,? ", text)
        closing = re.search(r"[A-Za-z]{2}[.?!…]$", text)
        is_name = text.startswith(("studyin ", "<"))  # of a cache; a piece of a page
        beside = "\0" in text and not is_name and re.search(r" [a-z]{2,}|[A-Za-z]{2,} ", text)
        found += [text] if name or opening or closing or beside else []
    return found


def test_what_a_person_reads_stands_in_the_lists_of_words():
    made_up = (
        'a("Copied"); b("Close it"); c("kept for you."); d(`${n} cards`); e("Escape", ".a b", `${n}px`); // No "One"'
    )
    assert sentences(made_up) == ["Copied", "Close it", "kept for you.", "\0 cards"]
    modules = [path for path in MODULES if "words" not in path.name]
    assert {path.name: found for path in modules if (found := sentences(path.read_text()))} == {}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != ENGLISH])
def test_each_list_of_words_has_its_translation(language: str):
    """That they have the same names and shapes is for the compiler, that they say something for a browser."""
    lists = [path for path in MODULES if path.name.endswith("words.js")]
    assert len(lists) == 2
    for path in lists:
        names = set(re.findall(r"^export const (\w+)", path.read_text(), re.M))
        translated = in_language(path, language)
        assert translated != path
        typed = r'^/\*\* @type \{typeof import\("\./' + re.escape(path.name) + r'"\)\.(\w+)\} \*/\nexport const \1 = '
        assert set(re.findall(typed, translated.read_text(), re.M)) == names


# A side of the screen instead of a side of the line; of four lengths, the second and the last are sides.
SIDE = re.compile(r"^\s*(?:[\w-]*(?:left|right)[\w-]*:|text-align: (?:left|right)|float:)", re.M)
FOUR = re.compile(r"^\s*(?:margin|padding|inset|border-width): (.+);", re.M)


def screen_sides(sheet: str) -> list[str]:
    """What a page that runs from right to left would have on the wrong side."""
    lengths = [re.findall(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+", each) for each in FOUR.findall(sheet)]
    unequal = [" ".join(each) for each in lengths if len(each) == 4 and each[1] != each[3]]
    return [match[0].strip() for match in SIDE.finditer(sheet)] + unequal


def test_styles_know_sides_of_a_line_not_of_the_screen():
    made_up = "a {\n  margin-left: 1px;\n  left: 0;\n  text-align: right;\n  padding: 0 1px 0 calc(1px * (2 + 1));\n}"
    assert screen_sides(made_up) == ["margin-left:", "left:", "text-align: right", "0 1px 0 calc(1px * (2 + 1))"]
    assert screen_sides("a {\n  padding: 0 1px 0 1px;\n  margin-inline: 0 auto;\n}") == []
    # A formula runs from left to right everywhere.
    sheets = [path for path in (ROOT / "static/css").glob("*.css") if path.name != "formulas.css"]
    assert {path.name: found for path in sheets if (found := screen_sides(path.read_text()))} == {}


def test_components_know_main_only():
    components = {
        "composer",
        "controls",
        "conversation",
        "connection_notice",
        "drawer",
        "ways_in",
        "passage",
        "shelf",
    }
    components |= {
        "sidebar",
        "socket",
        "status",
        "toasts",
        "transcript",
        "uploads",
        "welcome",
        "announcer",
        "outbox",
        "branch",
    }
    for path in (ROOT / "static/js").glob("*.js"):
        if path.stem not in PAGES:
            imported = set(re.findall(r'^} from "\./(\w+)\.js"|^import .* from "\./(\w+)\.js"', path.read_text(), re.M))
            names = {name for pair in imported for name in pair if name}
            assert not names & components, f"{path.name} imports {names & components}"


@pytest.mark.parametrize("page", PAGES)
def test_the_joined_modules_are_a_module(tmp_path: Path, page: str):
    compiler()
    (tmp_path / "page.mjs").write_text(joined_modules(ROOT / f"static/js/{page}.js"))
    checked = subprocess.run(["node", "--check", tmp_path / "page.mjs"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_module_and_style_is_part_of_a_page():
    modules = {path.stem for path in MODULES if "." not in path.stem}  # words.de stands in for words
    parts = r"^const \$(\w+) = \("
    joined = "".join(joined_modules(ROOT / f"static/js/{page}.js") for page in PAGES)
    late = set(re.findall(r'await import\("\./(\w+)\.js"\)', joined))  # loaded when it is needed
    assert {f"js/{name}.js" for name in late} < JOINED_MODULES
    joined += "".join(joined_modules(ROOT / f"static/js/{name}.js") for name in late)
    assert set(re.findall(parts, joined, re.M)) == modules
    styles = sorted((ROOT / "static/css").glob("*.css"))
    pages = {
        style for style in styles if "{{ static }}css/" + style.name in "".join(path.read_text() for path in TEMPLATES)
    }
    assert {f"css/{style.name}" for style in pages} == JOINED_SHEETS
    assert pages
    pages.add(ROOT / "static/css/export.css")  # which is put into the page itself: studyin/web/export_page.py
    imported = {name for style in pages for name in re.findall(r'^@import "(\w+)\.css";$', style.read_text(), re.M)}
    assert imported | {style.stem for style in pages} == {style.stem for style in styles}


def test_a_squeezed_module_is_the_same_program(tmp_path: Path):
    pairs = [[path.read_text(), squeezed_script(path.read_text())] for path in MODULES]
    assert all(len(squeezed) < len(whole) * 0.9 for whole, squeezed in pairs)
    (tmp_path / "pairs.json").write_text(json.dumps(pairs))
    typescript = Path(compiler()).resolve().parents[1] / "lib/typescript.js"
    # What a real parser makes of each: the kinds of all nodes, and the texts in them.
    script = f"""
        const ts = require({json.dumps(str(typescript))});
        const parsed = (text) => {{
          const source = ts.createSourceFile("it.js", text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
          const told = [source.parseDiagnostics.length];
          const tell = (node) => {{
            told.push(node.kind, node === source ? "" : node.text);
            ts.forEachChild(node, tell);
          }};
          tell(source);
          return told.join("\\n");
        }};
        const pairs = JSON.parse(require("fs").readFileSync({json.dumps(str(tmp_path / "pairs.json"))}, "utf8"));
        console.log(pairs.findIndex(([whole, squeezed]) => parsed(whole) !== parsed(squeezed)));
    """
    found = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout
    assert int(found) == -1, MODULES[int(found)].name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_that_the_strict_policy_would_refuse(path):
    text = path.read_text()
    assert not re.search(r"""\sstyle=|\son\w+=|<style|javascript:|data:[a-z]+/""", text)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", text, re.S):
        assert not script.strip()


@pytest.mark.thorough
def test_modules_are_correctly_typed(tmp_path: Path):
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
    checked = subprocess.run([compiler(), "--project", config], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
