"""Where templates/ and static/ are: beside the package in a checkout, inside it once installed from a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    return _folder("templates")


def static_dir() -> Path:
    return _folder("static")


def checkout() -> Path | None:
    """The folder of run.py, None where the program was installed from a wheel."""
    return None if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent


def _folder(name: str) -> Path:
    # inside first: beside an installed package lie the folders of others
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
