"""Settings: the order of their sources, what they refuse and in which words, what a screen may show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from ipaddress import ip_network
from pathlib import Path

import pytest

from studyin.config import SETTINGS, Settings
from studyin.errors import StartupError

SETTING = {setting.name: setting for setting in SETTINGS}


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    """Where .env would be; no file yet."""
    return tmp_path / ".env"


def refusal(dotenv: Path, cli: Mapping[str, object] | None = None, **environ: str) -> str:
    with pytest.raises(StartupError) as caught:
        Settings.load(cli or {}, environ, dotenv)
    return str(caught.value)


def test_the_command_line_wins_over_the_environment_over_dotenv_over_the_default(dotenv):
    names = ("port", "max_sockets", "context_tokens", "checkpoint_seconds")
    dotenv.write_text("STUDYIN_PORT=1\nSTUDYIN_MAX_SOCKETS=1\nSTUDYIN_CONTEXT_TOKENS=1000\n")
    environ = {"STUDYIN_PORT": "2", "STUDYIN_MAX_SOCKETS": "2"}
    settings = Settings.load({"port": "3", "host": None}, environ, dotenv)
    assert [getattr(settings, name) for name in names] == [3, 2, 1000, 1.0]
    assert [settings.origin(name) for name in names] == ["command line", "environment", ".env", "default"]


def test_no_setting_at_all_gives_the_defaults_that_the_class_has(dotenv):
    assert Settings.load({}, {}, dotenv) == Settings()
    assert {Settings().origin(setting.name) for setting in SETTINGS} == {"default"}


def test_an_empty_variable_counts_as_unset_and_lets_the_next_source_speak(dotenv):
    dotenv.write_text("STUDYIN_PORT=9000\nSTUDYIN_HOST=\nSTUDYIN_COACH\n")
    settings = Settings.load({}, {"STUDYIN_PORT": " ", "OPENAI_API_KEY": ""}, dotenv)
    assert (settings.port, settings.origin("port")) == (9000, ".env")
    assert (settings.host, settings.coach, settings.openai_api_key) == ("127.0.0.1", "auto", None)


def test_an_empty_list_on_the_command_line_clears_the_one_in_the_environment(dotenv):
    settings = Settings.load({"cors_origins": ""}, {"STUDYIN_CORS_ORIGINS": "http://localhost:5173"}, dotenv)
    assert (settings.cors_origins, settings.origin("cors_origins")) == ((), "command line")


def test_the_model_server_is_read_under_the_names_everyone_uses(dotenv):
    environ = {
        "OPENAI_BASE_URL": "http://localhost:11434/v1",
        "OPENAI_API_KEY": "sk-1234",
        "OPENAI_DEFAULT_MODEL": "qwen3:8b",
    }
    settings = Settings.load({}, environ, dotenv)
    assert settings.openai_base_url == "http://localhost:11434/v1"
    assert settings.openai_api_key == "sk-1234"
    assert settings.openai_model == "qwen3:8b"


def test_every_default_is_one_that_its_own_reader_accepts():
    for setting in SETTINGS:
        if setting.default and setting.name != "data_dir":
            assert setting.parse(setting.default) == getattr(Settings(), setting.name), setting.name


def test_settings_cannot_be_changed_after_they_were_checked():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_the_data_folder_is_absolute_and_the_database_lies_in_it(dotenv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.load({"data_dir": "my data"}, {}, dotenv)
    assert settings.database_path == tmp_path / "my data" / "studyin.sqlite3"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Settings.load({"data_dir": "~/notes"}, {}, dotenv).data_dir == tmp_path / "notes"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("host", "::1", "::1"),
        ("host", "study.lan", "study.lan"),
        ("port", "0", 0),
        ("coach", "Notes", "notes"),
        ("dev", "yes", True),
        ("dev", "off", False),
        ("provider_idle_timeout", "0.5", 0.5),
        ("checkpoint_seconds", "0.1", 0.1),
        (
            "cors_origins",
            "HTTP://Localhost:5173/, https://a.example:443",
            ("http://localhost:5173", "https://a.example"),
        ),
        ("cors_origins", "http://[::1]:80", ("http://[::1]",)),
        ("cors_origins", "capacitor://localhost", ("capacitor://localhost",)),
        ("allowed_hosts", "Study.Example.org., box_1", ("study.example.org", "box_1")),
        ("trusted_proxies", "127.0.0.1,10.1.2.3/8, ::1", tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "::1")))),
        ("ws_url", "wss://chat.example.org/api/chat/ws", "wss://chat.example.org/api/chat/ws"),
        ("ws_url", "https://chat.example.org/x", "https://chat.example.org/x"),
    ],
)
def test_a_value_is_read_the_same_from_the_command_line_and_the_environment(dotenv, name, text, value):
    assert getattr(Settings.load({name: text}, {}, dotenv), name) == value
    assert getattr(Settings.load({}, {SETTING[name].env: text}, dotenv), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("host", "http://0.0.0.0"),
        ("host", "two words"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "1_000"),
        ("port", "٨٠"),
        ("port", "9" * 30),
        ("data_dir", "~no-such-user-here/x"),
        ("coach", "gpt"),
        ("log_level", "loud"),
        ("openai_base_url", "localhost:11434"),
        ("openai_base_url", "http://"),
        ("openai_base_url", "http://host:port/"),
        ("openai_model", "two\nlines"),
        ("provider_connect_timeout", "0"),
        ("provider_connect_timeout", "nan"),
        ("provider_connect_timeout", "inf"),
        ("provider_idle_timeout", "soon"),
        ("checkpoint_seconds", "1.5"),
        ("checkpoint_seconds", "0.01"),
        ("cors_origins", "localhost:5173"),
        ("cors_origins", "http://localhost:5173/app"),
        ("cors_origins", "http://localhost:5173?x"),
        ("cors_origins", "ws://localhost:5173"),
        ("cors_origins", "https://*.example.org"),
        ("cors_origins", "http://localhost:99999"),
        ("cors_origins", "null"),
        ("allowed_hosts", "*"),
        ("allowed_hosts", "https://study.example.org"),
        ("allowed_hosts", "study.example.org:8000"),
        ("trusted_proxies", "nginx"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("ws_url", "/api/chat/ws"),
        ("ws_url", "ws://host/x#part"),
        ("dev", "maybe"),
        ("max_upload_bytes", "20 MB"),
        ("max_sockets", "0"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence_with_what_was_expected_what_came_and_from_where(dotenv, name, text):
    said = refusal(dotenv, {name: text})
    assert said.startswith("Expected ")
    assert f"got {text!r} from --{name.replace('_', '-')}" in said
    assert said.endswith(".")
    assert "\n" not in said
    assert f"from {SETTING[name].env} in the environment" in refusal(dotenv, None, **{SETTING[name].env: text})


def test_a_wrong_value_in_dotenv_names_the_file_and_the_default_to_fall_back_to(dotenv):
    dotenv.write_text("STUDYIN_PORT=http\n")
    assert refusal(dotenv) == (
        f"Expected a whole number from 0 to 65535, got 'http' from STUDYIN_PORT in {dotenv}; "
        "correct it, or remove it to use 8000."
    )


def test_a_value_that_a_stronger_source_replaces_is_not_even_read(dotenv):
    assert Settings.load({"port": "1"}, {"STUDYIN_PORT": "nonsense"}, dotenv).port == 1


def test_any_origin_is_refused_outside_development_and_allowed_within(dotenv):
    said = refusal(dotenv, STUDYIN_CORS_ORIGINS="*")
    assert "STUDYIN_DEV=1" in said
    assert "(environment)" in said
    assert Settings.load({"dev": True}, {"STUDYIN_CORS_ORIGINS": "*"}, dotenv).cors_origins == ("*",)
    with pytest.raises(StartupError):
        Settings(cors_origins=("*",))


def test_a_wrong_key_is_refused_without_showing_it(dotenv):
    said = refusal(dotenv, OPENAI_API_KEY="sk-secret\r\nX-Evil: 1")
    assert "OPENAI_API_KEY" in said
    assert "secret" not in said


def test_a_refused_value_is_shown_without_its_password_and_not_at_length(dotenv):
    assert "got 'ftp://…@models.lan' from" in refusal(dotenv, OPENAI_BASE_URL="ftp://me:hunter2@models.lan")
    assert len(refusal(dotenv, STUDYIN_PORT="9" * 5000)) < 300


def test_neither_a_key_nor_a_password_in_a_url_is_shown():
    key, url = "sk-proj-0123456789abcdefghij", "http://me:hunter2@models.lan/v1"
    settings = Settings(openai_api_key=key, openai_base_url=url)
    assert settings.shown(SETTING["openai_api_key"]) == "…ghij"
    assert settings.shown(SETTING["openai_base_url"]) == "http://…@models.lan/v1"
    assert Settings(openai_api_key="short-key").shown(SETTING["openai_api_key"]) == "…"
    assert key not in repr(settings)


def test_a_misspelt_variable_is_named_with_the_nearest_setting_and_stops_nothing(dotenv):
    dotenv.write_text("STUDYIN_COACHES=notes\n")
    settings = Settings.load({}, {"STUDYIN_PROT": "1", "STUDYIN_QQQ": "1", "OPENAI_ORG_ID": "x"}, dotenv)
    assert settings.warnings == (
        "STUDYIN_PROT in the environment is no setting and is ignored; did you mean STUDYIN_PORT?",
        "STUDYIN_QQQ in the environment is no setting and is ignored; see .env.example for the names.",
        f"STUDYIN_COACHES in {dotenv} is no setting and is ignored; did you mean STUDYIN_COACH?",
    )


def test_dotenv_is_taken_literally_with_quotes_comments_and_a_byte_order_mark(dotenv):
    dotenv.write_bytes("\ufeffSTUDYIN_PORT=9000\n# a comment\nOPENAI_API_KEY='a${PATH}b' # why\n".encode())
    settings = Settings.load({}, {"PATH": "/bin"}, dotenv)
    assert (settings.port, settings.openai_api_key) == (9000, "a${PATH}b")


def test_dotenv_in_another_encoding_is_refused_in_words(dotenv):
    dotenv.write_bytes("STUDYIN_PORT=9000\n".encode("utf-16"))
    assert refusal(dotenv) == f"Expected {dotenv} to be UTF-8 text, got another encoding; save it as UTF-8."


@pytest.mark.parametrize("line", ["OPENAI_API_KEY='sk-secret", "port is 9000"])
def test_a_line_of_dotenv_that_says_nothing_is_refused_by_its_number_and_not_shown(dotenv, line):
    dotenv.write_text(f"STUDYIN_PORT=9000\n{line}\n")
    assert refusal(dotenv).startswith(f"Expected NAME=value in line 2 of {dotenv}, each quote closed")
    assert line not in refusal(dotenv)


def test_who_is_alone_has_no_share_and_who_has_company_a_fair_one():
    assert Settings().account_limit("questions_per_minute") > 1_000_000
    assert Settings(auth="password").account_limit("questions_per_minute") == 60
    assert Settings(auth="password", questions_per_minute=5).account_limit("questions_per_minute") == 5
    assert Settings(questions_per_minute=5).account_limit("questions_per_minute") == 5
