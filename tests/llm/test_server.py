"""An address is understood the way people paste it, and shown without its secrets."""

from __future__ import annotations

import pytest

from studyin.config import Settings
from studyin.llm.server import OPENAI, Server


@pytest.mark.parametrize(
    ("base_url", "roots"),
    [
        ("http://localhost:11434", ["http://localhost:11434/v1", "http://localhost:11434"]),
        ("http://localhost:11434/", ["http://localhost:11434/v1", "http://localhost:11434"]),
        ("http://localhost:11434/v1", ["http://localhost:11434/v1"]),
        ("http://localhost:11434/v1/", ["http://localhost:11434/v1"]),
        ("https://openrouter.ai/api/v1", ["https://openrouter.ai/api/v1"]),
        ("https://openrouter.ai/api", ["https://openrouter.ai/api/v1", "https://openrouter.ai/api"]),
        ("https://api.openai.com/v1/chat/completions", ["https://api.openai.com/v1"]),
        ("https://a.example/v1beta/openai/", ["https://a.example/v1beta/openai"]),
        ("https://a.example/openai/v1?api-version=1", ["https://a.example/openai/v1?api-version=1"]),
    ],
)
def test_the_api_is_looked_for_with_and_without_v1(base_url: str, roots: list[str]) -> None:
    assert [str(root) for root in Server(base_url).roots] == roots


def test_a_query_in_the_address_goes_with_every_call() -> None:
    server = Server("https://a.example/v1?api-version=1")
    called = server.call(server.roots[0], "chat/completions")
    assert str(called) == "https://a.example/v1/chat/completions?api-version=1"


@pytest.mark.parametrize(
    ("base_url", "where"),
    [
        ("http://localhost:11434/v1", "localhost:11434"),
        ("https://api.openai.com/v1", "api.openai.com"),
        ("https://sam:secret@a.example:8443/v1?token=secret", "a.example:8443"),
        ("http://[::1]:1234", "[::1]:1234"),
    ],
)
def test_people_read_host_and_port_and_nothing_else(base_url: str, where: str) -> None:
    assert Server(base_url).where == where


@pytest.mark.parametrize(
    ("base_url", "loopback"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://127.example.org", False),
        ("http://localhost.example.org", False),
    ],
)
def test_a_server_on_this_machine_is_known_from_one_elsewhere(base_url: str, loopback: bool) -> None:
    assert Server(base_url).is_loopback is loopback


def test_a_server_in_a_log_shows_no_secret() -> None:
    assert repr(Server("https://sam:secret@a.example/v1", key="sk-secret")) == "Server(a.example)"


def test_settings_without_an_address_mean_openai() -> None:
    assert Server.configured(Settings(openai_api_key="k")).base_url == OPENAI


def test_settings_say_how_long_to_wait() -> None:
    settings = Settings(provider_connect_timeout=1, provider_first_byte_timeout=2, provider_idle_timeout=3)
    server = Server.configured(settings)
    assert (server.connect, server.first_byte, server.idle) == (1, 2, 3)
