"""As a study group has it: accounts, behind the nginx that docs/deploy prints, with TLS, below a path."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.test_accounts import PASSWORD, sign_in, user
from tests.web.nginx import NGINX, DeployedNginx

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(
        NGINX is None and not os.environ.get("CI"),
        reason="nginx is not installed (Debian: nginx-light); in CI it has to be",
    ),
]


async def test_accounts_work_below_a_path_and_end_everywhere_at_once(start, open_context, tmp_path: Path):
    server = start("--auth", "password", "--trusted-proxies", "127.0.0.1")
    (tmp_path / "nginx").mkdir()
    async with DeployedNginx(tmp_path / "nginx", server.url.rstrip("/"), "/a/b/") as nginx:
        context = await open_context(ignore_https_errors=True)
        page = await context.new_page()
        chat = ChatPage(page)
        await page.goto(user(server, "invite", "ann", "--url", nginx.url).strip())
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_label("Password once more").fill(PASSWORD)
        await page.get_by_role("button", name="Make my account").click()
        await chat.is_ready()
        await expect(page).to_have_url(nginx.url)
        (cookie,) = [each for each in await context.cookies() if each["httpOnly"]]
        assert cookie["name"].startswith("__Host-")
        assert (cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
        await chat.add_notes()
        await chat.ask("Which organelle makes most of the cell's ATP?")
        await chat.ended()
        await expect(page).to_have_url(re.compile(f"^{nginx.url}session/"))
        address = page.url
        shown = await page.reload()
        assert "max-age" in (await shown.header_value("strict-transport-security") or "")
        await chat.is_ready()

        # elsewhere, signed in at an address that wants a login, which is where it leads
        other = ChatPage(await (await open_context(ignore_https_errors=True)).new_page())
        await other.page.goto(address)
        await sign_in(other.page, "ann")
        await expect(other.page).to_have_url(address)
        await other.is_ready()
        await other.says("ATP")

        account = await context.new_page()
        await account.goto(nginx.url + "account")
        await account.get_by_role("button", name="Sign out everywhere").click()
        await expect(account).to_have_url(re.compile(f"^{nginx.url}sign-in"))
        for each in (chat, other):
            await expect(each.status).to_have_text("Sign in required")
            await each.page.goto(address)
            await expect(each.page).to_have_url(re.compile(f"^{nginx.url}sign-in"))
