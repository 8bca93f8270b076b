"""The chat page as a student uses it: what tests do to it, and what they look at."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, Page, expect

NOTES = """# Mitochondria

The mitochondrion is the organelle that makes most of the cell's ATP.
Its inner membrane is folded into cristae, which enlarge the surface on which ATP synthase sits.
A liver cell has between 1,000 and 2,000 mitochondria.

# Chloroplasts

The chloroplast is the organelle that captures light.
Its thylakoid membranes hold the chlorophyll.
"""

# A message of the page leaves by itself after some seconds, which a slow machine takes to look at it.
LEAVE_AFTER_MS = [3_500, 4_000, 7_000]
MESSAGES_STAY = """(leaving) => {
  const later = window.setTimeout;
  window.setTimeout = (run, ms, ...given) => later(run, leaving.includes(ms) ? 2 ** 31 - 1 : ms, ...given);
}"""


class ChatPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.question = page.locator("#question")
        self.status = page.locator(".status")
        self.questions = page.locator(".question")
        self.replies = page.locator(".reply")
        self.stop = page.locator(".composer-stop")
        self.toasts = page.locator(".toasts")
        self.tray = page.locator(".tray")
        self.materials = page.locator(".material:not([hidden])")
        self.sessions = page.locator(".session-item")
        self.welcome = page.locator(".welcome")

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.is_ready()

    async def is_ready(self) -> None:
        await expect(self.status).to_have_attribute("data-state", "ready")

    async def ask(self, question: str) -> None:
        await self.question.fill(question)
        await self.question.press("Enter")

    async def add_notes(self, name: str = "cell biology.md", text: str = NOTES) -> None:
        await self.page.set_input_files(
            ".file-picker", {"name": name, "mimeType": "text/markdown", "buffer": text.encode()}
        )
        await self.has_read(name)

    async def has_read(self, *names: str) -> None:
        """These notes can be asked about. The line that says so above the composer leaves after a while."""
        for name in names:
            read = self.page.locator('.material[data-status="ready"]:not([hidden])')
            await expect(read.filter(has=self.page.get_by_text(name, exact=True))).to_have_count(1)

    async def dismiss_all(self) -> None:
        """All that the page has said so far, some of which may be leaving by itself at this very moment."""
        await self.page.locator(".upload-close, .toast-close").evaluate_all("(all) => all.forEach((e) => e.click())")

    async def messages_stay(self) -> None:
        """From now on, as long as this page is shown, until they are dismissed."""
        await self.page.evaluate(MESSAGES_STAY, LEAVE_AFTER_MS)

    async def drop(self, files: dict[str, str], on: str = "body") -> None:
        """Drop files on the page, as a file manager would."""
        transfer = await self.page.evaluate_handle(
            """(files) => {
              const transfer = new DataTransfer();
              for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
              return transfer;
            }""",
            files,
        )
        for event in ("dragenter", "dragover", "drop"):
            await self.page.dispatch_event(on, event, {"dataTransfer": transfer})

    def answer(self, index: int = -1) -> Locator:
        return self.replies.nth(index).locator(".prose")

    async def ended(self, status: str = "complete", index: int = -1) -> None:
        await expect(self.replies.nth(index)).to_have_attribute("data-status", status)

    async def says(self, text: str, index: int = -1) -> None:
        await expect(self.answer(index)).to_contain_text(text)

    async def screenshot(self, path: Path) -> None:
        await self.page.screenshot(path=path)
