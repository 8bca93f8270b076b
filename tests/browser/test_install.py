"""Studyin as an app of its own: what a browser needs to install it, and icons that are drawn from our one drawing."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from urllib.parse import urljoin

import pytest
from playwright.async_api import Page

from tests.browser.server import ROOT, Studyin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ICONS = ROOT / "static/icons"
DRAWING = (ICONS / "icon.svg").read_text()
# A system cuts its own shape out of it: no corners, and all that counts within four fifths of its width.
UNCUT = DRAWING.replace(' rx="8"', "", 1)

# The largest difference of a colour between two pictures: what another release of the browser may draw otherwise at an
# edge is no other drawing.
DIFFERENCE = """async (pictures) => {
  const pixels = [];
  for (const source of pictures) {
    const image = Object.assign(new Image(), { src: `data:image/png;base64,${source}` });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    pixels.push(pen.getImageData(0, 0, image.width, image.height).data);
  }
  const [one, other] = pixels;
  if (one.length !== other.length) return 255 * one.length;
  return one.reduce((sum, value, index) => sum + Math.abs(value - other[index]), 0) / one.length;
}"""


@pytest.mark.parametrize(
    ("name", "size", "drawing"),
    [
        ("icon-192", 192, DRAWING),
        ("icon-512", 512, DRAWING),
        ("maskable-512", 512, UNCUT),
    ],
)
async def test_an_icon_is_the_drawing(page: Page, name: str, size: int, drawing: str):
    """With DRAW_ICONS=1 in the environment it is drawn anew."""
    await page.set_viewport_size({"width": size, "height": size})
    await page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
    fresh = await page.locator("svg").screenshot(omit_background=True)
    if os.environ.get("DRAW_ICONS"):
        (ICONS / f"{name}.png").write_bytes(fresh)
    kept = (ICONS / f"{name}.png").read_bytes()
    assert len(kept) < 12_000
    assert await page.evaluate(DIFFERENCE, [b64encode(each).decode() for each in (fresh, kept)]) < 0.5


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_browser_finds_all_it_needs_to_install_it(shared: Studyin, open_context, language: str):
    context = await open_context(locale=language)
    page = await context.new_page()
    await page.goto(shared.url)
    devtools = await context.new_cdp_session(page)
    found = await devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    for place in ("start_url", "scope"):
        assert urljoin(found["url"], manifest[place]) == shared.url
    assert manifest["lang"] == language
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        answer = await context.request.get(urljoin(found["url"], icon["src"]))
        assert answer.ok
        assert answer.headers["content-type"].partition(";")[0] == icon["type"]
        if icon["type"] == "image/png":
            picture = await answer.body()
            width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
            assert icon["sizes"] == f"{width}x{height}"
    for shortcut in manifest["shortcuts"]:
        assert (await context.request.get(urljoin(found["url"], shortcut["url"]))).ok
    # What is left over is that this browser has no window to install into.
    errors = (await devtools.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    assert [error for error in errors if not re.match("in-incognito", error["errorId"])] == []
