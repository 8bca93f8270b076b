"""One setting: its row in the table, and the places its text may stand: command line, environment, .env.

studyin.config has the table; studyin.values reads the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream

from studyin import values
from studyin.errors import StartupError

PREFIX = "STUDYIN_"


class Origin(StrEnum):
    """Where a value came from; the earlier one wins."""

    COMMAND_LINE = "command line"
    ENVIRONMENT = "environment"
    DOTENV = ".env"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. parse turns a text into the value, or raises ValueError with what it expected;
    help says why one would change it; default is the default as one would write it, "" for none."""

    name: str
    env: str
    help: str
    parse: Callable[[str], object]
    default: str
    secret: bool

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def is_switch(self) -> bool:
        """True for an option that takes no value on the command line."""
        return self.parse is values.boolean


def row(
    default: object,
    parse: Callable[[str], object],
    help: str,
    *,
    env: str = "",
    written: str | None = None,
    secret: bool = False,
) -> Any:
    """A field of Settings with its row. written: the default as a person would write it; default may be a factory."""
    metadata = {"parse": parse, "help": help, "env": env, "secret": secret, "default": written}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata, repr=not secret)


def given_values(
    setting: Setting, cli_values: Mapping[str, object], environ: Mapping[str, str], from_file: Mapping[str, str]
) -> Iterator[tuple[Origin, str]]:
    """What was set, where, the strongest first. An empty variable counts as unset, as in Compose files."""
    on_command_line = cli_values.get(setting.name)
    if on_command_line is not None:
        yield Origin.COMMAND_LINE, str(on_command_line).strip()
    for origin, variables in ((Origin.ENVIRONMENT, environ), (Origin.DOTENV, from_file)):
        text = variables.get(setting.env, "").strip()
        if text:
            yield origin, text


def refusal(setting: Setting, text: str, origin: Origin, expected: str, dotenv_path: Path) -> str:
    where = {
        Origin.COMMAND_LINE: setting.flag,
        Origin.ENVIRONMENT: f"{setting.env} in the environment",
        Origin.DOTENV: f"{setting.env} in {dotenv_path}",
    }[origin]
    got = "a value that is not shown here" if setting.secret else repr(values.written(text)[:80])
    fallback = f"remove it to use {setting.default}" if setting.default else "remove it"
    return f"Expected {expected}, got {got} from {where}; correct it, or {fallback}."


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables of an .env file, {} where there is none. `$` in a value is just a character: keys may have it."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = list(parse_stream(file))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return {}
    except OSError as exc:
        raise StartupError(f"{path} can't be read ({exc.strerror}); give yourself the right to read it.") from None
    except UnicodeDecodeError:
        raise StartupError(f"Expected {path} to be UTF-8 text, got another encoding; save it as UTF-8.") from None
    for line in lines:
        if line.error:  # not shown: it may be a key's, with one quote too few
            raise StartupError(
                f"Expected NAME=value in line {line.original.line} of {path}, each quote closed, got something else; "
                "correct it, or put a # before it."
            )
    return {line.key: line.value for line in lines if line.key is not None and line.value is not None}


def unknown(settings: Iterable[Setting], variables: Mapping[str, str], where: str) -> Iterator[str]:
    """A sentence for each STUDYIN_ variable that is no setting: most likely a slip that would else go unseen."""
    known = [setting.env.removeprefix(PREFIX) for setting in settings if setting.env.startswith(PREFIX)]
    for name in sorted(variables):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            from difflib import get_close_matches  # noqa: PLC0415 - for a slip alone

            nearest = get_close_matches(name.removeprefix(PREFIX), known, n=1)
            hint = f"did you mean {PREFIX}{nearest[0]}?" if nearest else "see .env.example for the names."
            yield f"{name} {where} is no setting and is ignored; {hint}"
