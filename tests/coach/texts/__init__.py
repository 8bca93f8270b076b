"""Notes in subjects and languages that the sample notes do not have, to talk about and to grade by."""

from pathlib import Path


def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")


HISTORY = _text("industrial-revolution")
LAW = _text("contract-law")
CHEMISTRY = _text("acids-and-bases")
CELLS = _text("cell")
GERMAN = _text("zellbiologie")
SPANISH = _text("biologia-celular")
CHINESE = _text("xibao")
