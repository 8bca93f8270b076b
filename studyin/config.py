"""Settings: every choice a person may make, read once, checked once, each knowing where its value came from.

The fields of `Settings` are the one table behind the command line, the environment, .env, .env.example, the README and
`studyin config`; studyin.setting says what a row is, studyin.values reads their texts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

import platformdirs

from studyin import values
from studyin.errors import StartupError
from studyin.setting import PREFIX, Origin, Setting, given_values, read_dotenv, refusal, unknown
from studyin.setting import row as _row

__all__ = ["SETTINGS", "Origin", "Setting", "Settings"]


# What an account may take where others share the server.
FAIR_SHARES = {"max_account_sockets": 100, "max_account_turns": 10, "questions_per_minute": 60}


def _user_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("studyin", appauthor=False))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program was told. `Settings()` has the defaults; `Settings.load` reads what people set.

    Sizes are bytes, times seconds. Raises StartupError where two values don't go together.
    """

    host: str = _row(
        "127.0.0.1", values.host, "Address to listen on; 0.0.0.0 lets others reach Studyin, and needs STUDYIN_AUTH."
    )
    port: int = _row(
        8000, values.integer(0, 65535), "Port to listen on; change it where 8000 is taken; 0 lets the system choose."
    )
    data_dir: Path = _row(  # noqa: RUF009 - a factory
        _user_data_dir,
        values.folder,
        "Folder that keeps everything; change it to move your data to another disk or to keep a second set.",
        written="a folder of your user account",
    )
    coach: str = _row(
        "auto",
        values.choice("auto", "notes", "openai"),
        "Who answers: notes quotes your materials, openai asks a model server, auto takes a model server where one is "
        "found, else notes; choose one to be sure which.",
    )
    log_level: str = _row(
        "info",
        values.choice("debug", "info", "warning", "error"),
        "How much to log (debug, info, warning, error); debug when something goes wrong.",
    )
    log_format: str = _row(
        "auto",
        values.choice("auto", "text", "json"),
        "How to log: text for people, json for programs, auto takes text on a terminal and json elsewhere; choose one "
        "to be sure which.",
    )
    openai_base_url: str | None = _row(
        None,
        values.web_url,
        "Address of an OpenAI-compatible model server, with or without /v1; set it to use Ollama, llama.cpp, vLLM, "
        "LM Studio or another.",
        env="OPENAI_BASE_URL",
    )
    openai_api_key: str | None = _row(
        None,
        values.key,
        "Key for the model server, where it wants one; best kept off the command line, which other users can see.",
        env="OPENAI_API_KEY",
        secret=True,
    )
    openai_model: str | None = _row(
        None,
        values.text,
        "Model to ask; unset takes the first one the server lists.",
        env="OPENAI_DEFAULT_MODEL",
    )
    provider_connect_timeout: float = _row(
        5.0,
        values.number(0.1, 3600),
        "Seconds to wait for a connection to the model server; raise it where the network is slow.",
    )
    provider_first_byte_timeout: float = _row(
        120.0,
        values.number(0.1, 3600),
        "Seconds to wait for the first word of a reply; raise it where the server loads a large model first.",
    )
    provider_idle_timeout: float = _row(
        60.0, values.number(0.1, 3600), "Seconds a reply may pause half way; raise it for a very slow model."
    )
    context_tokens: int = _row(
        8192,
        values.integer(256, 10_000_000),
        "Tokens of a prompt that history and materials may fill; lower it for a model with a small context, raise it "
        "for a longer memory.",
    )
    cors_origins: tuple[str, ...] = _row(
        (),
        values.origins,
        "Origins of other pages that may use this server, separated by commas, such as http://localhost:5173; set it "
        "to serve a front end from elsewhere.",
    )
    allowed_hosts: tuple[str, ...] = _row(
        (),
        values.hosts,
        "Host names this server answers to beside localhost and IP addresses, separated by commas; set it to reach "
        "Studyin by a name.",
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _row(
        (),
        values.networks,
        "IP addresses or networks of proxies whose X-Forwarded headers are believed, separated by commas; set it "
        "behind nginx, Caddy or another.",
    )
    auth: str = _row(
        "none",
        values.choice("none", "password", "proxy"),
        "Who may come in: none is one student on this machine, password is accounts with passwords, proxy believes the "
        "trusted proxy that names the user; choose password or proxy to share Studyin.",
    )
    user_header: str = _row(
        "Remote-User",
        values.header,
        "Header in which a trusted proxy names the user when STUDYIN_AUTH is proxy; X-Forwarded-User for oauth2-proxy, "
        "Tailscale-User-Login for Tailscale.",
    )
    login_days: float = _row(
        30.0,
        values.number(0.01, 3650),
        "Days that one stays signed in; lower it where computers are shared.",
    )
    offline_sessions: int = _row(
        20,
        values.integer(0, 200),
        "Sessions that a browser keeps a copy of, the last ones read, for when the server can't be reached; 0 keeps "
        "none, where computers are shared.",
    )
    ws_url: str | None = _row(
        None,
        values.socket_url,
        "Address of the chat socket, such as wss://chat.example.org/api/chat/ws; set it where pages are served from "
        "elsewhere.",
    )
    dev: bool = _row(
        False, values.boolean, "Development mode, which allows * in STUDYIN_CORS_ORIGINS; never on a public server."
    )
    max_message_chars: int = _row(
        32_000, values.integer(1, 10_000_000), "Characters a question may have; raise it to paste longer texts."
    )
    max_frame_bytes: int = _row(
        262_144,
        values.integer(1024, 1 << 28),
        "Bytes a socket frame may have; a larger one is refused, one four times as large closes the connection; "
        "raise it together with STUDYIN_MAX_MESSAGE_CHARS.",
    )
    max_upload_bytes: int = _row(100 * 2**20, values.integer(1, 1 << 40), "Bytes a file may have; raise it for books.")
    max_account_bytes: int = _row(
        2 * 2**30, values.integer(1, 1 << 50), "Bytes all files of an account may have; lower it on a small disk."
    )
    max_material_chars: int = _row(
        10_000_000, values.integer(1000, 10**9), "Characters read of one material; raise it for works of 4,000 pages."
    )
    reading_seconds: float = _row(
        300.0, values.number(1, 86_400), "Seconds that reading one material may take; raise it for scanned books."
    )
    reading_memory_bytes: int = _row(
        2**30, values.integer(2**28, 1 << 40), "Bytes of memory that reading a material may take beside the server's."
    )
    ocr_languages: str = _row(
        "eng", values.languages, "Languages of scanned pages, as an installed Tesseract names them, such as eng+deu."
    )
    max_sockets: int = _row(
        2000,
        values.integer(1, 1_000_000),
        "Chat connections at the same time; lower it on a small machine, raise it for a large class.",
    )
    max_account_sockets: int | None = _row(
        None,
        values.integer(1, 1_000_000),
        "Chat connections of one account at the same time, one for each open tab; unset, 100 with accounts and all "
        "there are without; raise it where programs share an account.",
    )
    max_running_turns: int = _row(
        200,
        values.integer(1, 100_000),
        "Questions that are answered at the same time, while others wait in line; lower it to what the model server "
        "can take at once.",
    )
    max_account_turns: int | None = _row(
        None,
        values.integer(1, 100_000),
        "Questions of one account that are answered at the same time, while its others wait; unset, 10 with accounts "
        "and all there are without; lower it to share a slow model server evenly.",
    )
    questions_per_minute: int | None = _row(
        None,
        values.integer(1, 1_000_000),
        "Questions that an account may ask in a minute; unset, 60 with accounts and any number without; lower it where "
        "each costs money, raise it for programs.",
    )
    checkpoint_seconds: float = _row(
        1.0,
        values.number(0.1, 1.0),
        "Seconds between saves of a running reply, 0.1 to 1: the most that a crash can lose; lower it to lose less.",
    )
    backups_kept: int = _row(
        7,
        values.integer(0, 10_000),
        "Daily backups to keep in the folder backups beside the data file, 0 for none; raise it to go back further.",
    )
    metrics_token: str | None = _row(
        None,
        values.key,
        "Token that /metrics wants as `Authorization: Bearer …`; unset, it answers to programs on this machine alone, "
        "and not at all behind a proxy or a host name.",
        secret=True,
    )
    # what load() found out beside the values; no setting itself
    _origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)
    warnings: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        if "*" in self.cors_origins and self.auth != "none":
            raise StartupError(
                "Expected origins that you trust, such as http://localhost:5173, got * for STUDYIN_CORS_ORIGINS "
                f"({self.origin('cors_origins')}) and STUDYIN_AUTH={self.auth}: any web page could act for who is "
                "signed in; list them."
            )
        if "*" in self.cors_origins and not self.dev:
            raise StartupError(
                f"Expected origins that you trust, such as http://localhost:5173, got * for STUDYIN_CORS_ORIGINS "
                f"({self.origin('cors_origins')}), which lets any web page use this server; list them, "
                "or set STUDYIN_DEV=1 on a machine where that does no harm."
            )

    @property
    def database_path(self) -> Path:
        """The one file that holds everything."""
        return self.data_dir / "studyin.sqlite3"

    def account_limit(self, name: str) -> int:
        """A limit of each account. Where it was not set: none for who is alone, a fair share where there are others."""
        limit: int | None = getattr(self, name)
        if limit is not None:
            return limit
        return sys.maxsize if self.auth == "none" else FAIR_SHARES[name]

    def origin(self, name: str) -> Origin:
        """Where the value of a setting came from."""
        return self._origins.get(name, Origin.DEFAULT)

    def shown(self, setting: Setting) -> str:
        """The value as one would write it, fit for a screen: no secret is in it."""
        value = getattr(self, setting.name)
        return values.masked(value) if setting.secret and value else values.written(value)

    @classmethod
    def load(
        cls,
        cli_values: Mapping[str, object],
        environ: Mapping[str, str] = os.environ,
        dotenv_path: Path = Path(".env"),
    ) -> Settings:
        """Read command line, environment, .env and defaults, the earlier one winning.

        cli_values: by field name; None is "not given". Raises StartupError with one sentence for the first wrong value.
        """
        from_file = read_dotenv(dotenv_path)
        chosen: dict[str, Any] = {}
        origins: dict[str, Origin] = {}
        for setting in SETTINGS:
            given = next(given_values(setting, cli_values, environ, from_file), None)
            if given is None:
                continue
            origin, text = given
            try:
                chosen[setting.name] = setting.parse(text)
            except ValueError as exc:
                raise StartupError(refusal(setting, text, origin, str(exc), dotenv_path)) from None
            origins[setting.name] = origin
        warnings = (
            *unknown(SETTINGS, environ, "in the environment"),
            *unknown(SETTINGS, from_file, f"in {dotenv_path}"),
        )
        return cls(**chosen, _origins=origins, warnings=warnings)


SETTINGS = tuple(
    Setting(
        name=row.name,
        env=row.metadata["env"] or PREFIX + row.name.upper(),
        help=row.metadata["help"],
        parse=row.metadata["parse"],
        default=row.metadata["default"] or ("" if row.default is MISSING else values.written(row.default)),
        secret=row.metadata["secret"],
    )
    for row in fields(Settings)
    if row.metadata
)
