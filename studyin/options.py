"""The settings as options of commands, and where their .env is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from studyin import assets
from studyin.config import SETTINGS, Setting


def setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each setting. Values stay texts: Settings.load alone reads and checks them."""
    return options_of(*SETTINGS)(command)


def options_of(*settings: Setting) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of some settings."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for setting in reversed(settings):
            command = _option(setting)(command)
        return command

    return decorate


def _option(setting: Setting) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    source = f"{setting.env}, default {setting.default}" if setting.default else setting.env
    text = f"{setting.help} [{source}]"
    if setting.is_switch:
        return click.option(f"{setting.flag}/--no-{setting.flag[2:]}", setting.name, default=None, help=text)
    return click.option(setting.flag, setting.name, metavar=setting.name.split("_")[-1].upper(), help=text)


def dotenv_path() -> Path:
    """.env in the current folder; else, in a checkout, the one beside run.py, which may be called from anywhere."""
    here, root = Path(".env"), assets.checkout()
    return here if here.exists() or root is None else root / ".env"
