"""What all tests share: nobody's settings, long files first, and a way to start the program for real."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

# A slow machine is no failing test
hypothesis.settings.register_profile("studyin", deadline=None)
hypothesis.settings.load_profile("studyin")

for name in [name for name in os.environ if name.startswith(("STUDYIN_", "OPENAI_"))]:
    del os.environ[name]


TESTS = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="run the tests marked thorough, too, as CI does")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, since tests also wait, and not so many that they fight over the machine."""
    return min((os.cpu_count() or 1) + 1, 5)


def pytest_report_header(config: pytest.Config) -> str | None:
    return "thorough tests are left out: --thorough runs them, and so does naming them" if is_quick(config) else None


def is_quick(config: pytest.Config) -> bool:
    """Whether all tests were asked for, by somebody who waits for them. Who names some means them."""
    asked_for_all = {Path(each).resolve() for each in config.args} == {TESTS}
    named = config.option.keyword or config.option.markexpr
    return asked_for_all and not named and not config.option.thorough and not os.environ.get("CI")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no process is left alone with one of them at the end."""
    if is_quick(config):
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("long")))


@dataclass(frozen=True)
class Started:
    """A running server: its page's address, and the file that its stderr goes to."""

    process: subprocess.Popen[str]
    ready: str
    log: Path

    @property
    def url(self) -> str:
        return self.ready.split()[3]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Start a command that serves, in an empty folder with an empty .env; returns once it says that it is ready."""
    processes = []
    folder = tmp_path / "started here"
    folder.mkdir()
    (folder / ".env").touch()

    def begin(*command: str | Path, **environ: str) -> Started:
        log = tmp_path / f"stderr-{len(processes)}.txt"
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        processes.append(process)
        line = process.stdout.readline()
        assert line.startswith("Studyin is ready: http://"), line + log.read_text()
        return Started(process, line.strip(), log)

    yield begin
    for process in processes:
        process.kill()
        process.communicate()
