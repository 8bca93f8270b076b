"""Lighthouse finds nothing to better: 100 for performance, accessibility and best practices on the chat page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from tests.browser.conftest import ARGUMENTS, NO_BROWSER, find_browser
from tests.browser.server import ROOT, Studyin

LIGHTHOUSE = ROOT / "node_modules/lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
# Performance is told from a trace of this very run, in which other programs took their time too; the page can only
# be as good as its best one. The other two are the same each time.
TRIES = 5

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


def scores(address: str, options: Sequence[str]) -> dict[str, float]:
    """Of a hundred, by category."""
    browser = find_browser()
    if browser is None or not LIGHTHOUSE.exists() or shutil.which("node") is None:
        lacking = NO_BROWSER if browser is None else "Lighthouse is not here: npm install --no-save lighthouse@12"
        assert not os.environ.get("CI"), lacking
        pytest.skip(lacking)
    done = subprocess.run(
        [
            *("node", str(LIGHTHOUSE), address, "--quiet", "--output=json", "--output-path=stdout"),
            *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(ARGUMENTS)}", *options),
        ],
        env={**os.environ, "CHROME_PATH": browser},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    missed = [
        f"{name}: {audit['title']}"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 1
    ]
    print(f"{address} {options}", *missed, sep="\n    ")
    return {name: report["categories"][name]["score"] * 100 for name in CATEGORIES}


@pytest.mark.parametrize(
    ("turns", "options"), [(0, ()), (100, ("--preset=desktop",))], ids=["first visit, phone", "200 messages, desk"]
)
def test_the_chat_page_gets_full_marks(server: Studyin, turns: int, options: Sequence[str]) -> None:
    address = f"{server.url}session/{server.keep_session(1, turns=turns)}" if turns else server.url
    best = 0.0
    for _ in range(TRIES):
        marks = scores(address, options)
        assert {name: mark for name, mark in marks.items() if name != "performance"} == {
            "accessibility": 100,
            "best-practices": 100,
        }
        best = max(best, marks["performance"])
        if best == 100:
            break
    assert best == 100
