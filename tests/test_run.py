"""run.py: sets up once, starts fast, mends what was broken, and says in words what it can't do.

Each test gives the real run.py a tiny project of its own, which builds without an index, in a folder with a space.
"""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.web.studyin_server import free_port

RUN = Path(__file__).parents[1] / "run.py"

BACKEND = """
    # A build backend with no requirements. It notes each build in builds.log and waits while a file named hold exists.
    import pathlib, time, zipfile

    def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
        root = pathlib.Path.cwd()
        with open("builds.log", "a") as log:
            log.write("built\\n")
        while (root / "hold").exists():
            time.sleep(0.02)
        needs = (root / "setup.cfg").read_text()
        with zipfile.ZipFile(pathlib.Path(wheel_directory, "studyin-1-py3-none-any.whl"), "w") as wheel:
            wheel.writestr("studyin.pth", str(root))
            info = "studyin-1.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: studyin\\nVersion: 1\\n{needs}")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
            wheel.writestr(f"{info}/RECORD", f"studyin.pth,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
        return "studyin-1-py3-none-any.whl"
"""
SHOW_ITSELF = """
    import os, sys
    import studyin
    print(__package__, sys.argv[1:], os.getcwd(), sys.prefix, studyin.__file__, sep="\\n")
    sys.exit(int(os.environ.get("EXIT_WITH", 0)))
"""
CHANGED = "Provides-Extra: test\nKeywords: changed\n"

pytestmark = [pytest.mark.long, pytest.mark.thorough]


class Project:
    """A folder with run.py and a program named studyin that prints: package, arguments, folder, prefix, its file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        shutil.copy(RUN, root)
        self.write("setup.cfg", "Provides-Extra: test\n")
        self.write("pyproject.toml", '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n')
        self.write("backend.py", BACKEND)
        self.write("studyin/__init__.py", "")
        self.write("studyin/__main__.py", SHOW_ITSELF)
        self.write("pytest/__main__.py", SHOW_ITSELF)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def start(
        self, *arguments: str, cwd: Path | None = None, stderr: int = subprocess.PIPE, **environ: str
    ) -> subprocess.Popen[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        return subprocess.Popen(
            [sys.executable, str(self.root / "run.py"), *arguments],
            cwd=cwd or self.root,
            env={**inherited, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0", **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, cwd=cwd, **environ)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    @property
    def builds(self) -> int:
        log = self.root / "builds.log"
        return len(log.read_text().splitlines()) if log.exists() else 0

    @property
    def venv(self) -> Path:
        return self.root / ".venv"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "my studies")


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, subprocess.CompletedProcess[str]]:
    """A project that was set up from elsewhere, and what that said: making a .venv takes seconds."""
    made = Project(tmp_path_factory.mktemp("made") / "my studies")
    elsewhere = tmp_path_factory.mktemp("else where")
    return made, made.run("serve", "--data-dir", "a b", cwd=elsewhere)


@pytest.fixture
def ready(first_start: tuple[Project, subprocess.CompletedProcess[str]], tmp_path: Path) -> Project:
    """A project that is set up: a copy of one, with its path written over."""
    made, copy = first_start[0], Project(tmp_path / "my studies")
    shutil.copytree(made.venv, copy.venv, symlinks=True)
    for name in ("studyin-stamp", *(path.relative_to(made.venv) for path in made.venv.rglob("studyin.pth"))):
        path = copy.venv / name
        path.write_text(path.read_text().replace(str(made.root), str(copy.root)))
    return copy


def test_the_first_start_sets_up_from_another_folder_and_hands_over_arguments_and_folder(first_start):
    project, done = first_start
    assert done.returncode == 0, done.stderr
    package, arguments, folder, prefix, program = done.stdout.splitlines()
    assert (package, arguments) == ("studyin", "['serve', '--data-dir', 'a b']")
    assert Path(folder).name.startswith("else where")
    assert prefix == str(project.venv)
    assert Path(program).parent == project.root / "studyin"
    assert done.stderr.splitlines() == [
        f"Making {project.venv} with Python {sys.version_info[0]}.{sys.version_info[1]} ...",
        "Installing Studyin and what it needs ...",
        "Studyin is set up.",
    ]


def test_the_second_start_installs_nothing_says_nothing_and_imports_no_tools(ready):
    assert ready.run().stderr == ""
    assert ready.builds == 0
    # -S: what the .pth files of the environment that runs the tests import is not run.py's doing
    command = [sys.executable, "-S", "-X", "importtime", str(ready.root / "run.py")]
    imported = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    assert "hashlib" in imported
    assert not [
        name for name in ("subprocess", "shutil", "importlib.util", "typing", "json") if f" {name}\n" in imported
    ]


def test_a_terminal_sees_in_one_line_what_pip_does_and_the_line_is_gone_at_the_end(ready):
    ready.write("setup.cfg", CHANGED)
    ours, theirs = os.openpty()
    process = ready.start(stderr=theirs)
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # how Linux says that nobody holds the other end any more
        while piece := os.read(ours, 4096):
            seen += piece
    os.close(ours)
    process.communicate(timeout=120)
    title, rewritten, _ = seen.decode().replace("\r\n", "\n").split("\n")
    *shown, blank, last = [part.strip() for part in rewritten.split("\r") if part]
    assert title == "Installing Studyin and what it needs ..."
    assert "Building wheels" in shown
    assert (blank, last) == ("", "Studyin is set up.")


def test_the_programs_exit_code_is_passed_on(ready):
    assert ready.run(EXIT_WITH="7").returncode == 7


def test_files_in_the_current_folder_are_not_imported_in_place_of_the_program(ready, tmp_path):
    for name in ("studyin.py", "os.py", "hashlib.py", "runpy.py"):
        (tmp_path / name).write_text("raise SystemExit('imported from the current folder')")
    done = ready.run(cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["setup.cfg", "pyproject.toml"])
def test_a_changed_setup_is_installed_once_in_the_same_venv(ready, name):
    made = (ready.venv / "pyvenv.cfg").stat().st_mtime_ns
    with open(ready.root / name, "a") as file:
        file.write("\n")
    assert "Installing" in ready.run().stderr
    assert ready.run().stderr == ""
    assert ready.builds == 1
    assert (ready.venv / "pyvenv.cfg").stat().st_mtime_ns == made


def test_test_installs_the_extra_once_and_runs_pytest_in_the_projects_folder(ready, tmp_path):
    done = ready.run("test", "-k", "a or b", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    package, arguments, folder, *_ = done.stdout.splitlines()
    assert (package, arguments, folder) == ("pytest", "['-k', 'a or b']", str(ready.root))
    assert ready.run("serve").stderr == ""
    assert ready.run("test").stderr == ""
    assert ready.builds == 1
    ready.write("setup.cfg", CHANGED)
    assert "for its tests" in ready.run("serve").stderr, "an update forgot the extra that was installed"


def test_a_start_killed_while_it_installed_is_made_good_by_the_next(ready):
    ready.write("hold", "")
    ready.write("setup.cfg", CHANGED)
    killed = ready.start()
    wait_until(lambda: ready.builds == 1, killed)
    kill_all_of(killed)
    (ready.root / "hold").unlink()
    (ready.venv / "pyvenv.cfg").write_text("half a fi")
    done = ready.run()
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Making ")


def test_a_start_waits_for_the_pip_that_a_killed_one_left_running(ready):
    ready.write("hold", "")
    ready.write("setup.cfg", CHANGED)
    killed = ready.start()
    wait_until(lambda: ready.builds == 1, killed)
    killed.kill()
    killed.wait()
    second = ready.start()
    assert second.stderr.readline() == "Another run.py is setting Studyin up; waiting for it.\n"
    (ready.root / "hold").unlink()
    assert second.stderr.readline().startswith("Making "), "what the killed one left is not to be trusted"
    kill_all_of(second)
    killed.communicate()


def test_two_starts_at_once_install_once(ready):
    ready.write("setup.cfg", CHANGED)
    both = [ready.start(), ready.start()]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert ready.builds == 1


def test_a_moved_folder_is_set_up_again_where_it_is_now(ready, tmp_path):
    ready.root = ready.root.rename(tmp_path / "moved")
    done = ready.run()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[3:] == [str(ready.venv), str(ready.root / "studyin" / "__init__.py")]


def test_a_venv_whose_python_was_removed_is_made_anew(ready):
    python = ready.venv / "bin" / "python"
    python.unlink()
    python.symlink_to(ready.root / "no such python")
    starting = ready.start()
    assert starting.stderr.readline().startswith("Making ")
    kill_all_of(starting)


def test_a_venv_of_another_python_is_made_anew_for_this_one(ready):
    stamp = ready.venv / "studyin-stamp"
    stamp.write_text(stamp.read_text().replace(f"\n{sys.version_info[0]}.", "\n2."))
    starting = ready.start()
    assert starting.stderr.readline().startswith("Making ")
    kill_all_of(starting)


def test_a_venv_that_someone_else_made_is_used_where_it_fits(ready):
    (ready.venv / "studyin-stamp").unlink()
    made = (ready.venv / "pyvenv.cfg").stat().st_mtime_ns
    done = ready.run()
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Installing ")
    assert (ready.venv / "pyvenv.cfg").stat().st_mtime_ns == made


def test_a_venv_that_someone_else_made_and_that_does_not_fit_is_left_alone(project):
    project.write(".venv/theirs", "precious")
    done = project.run()
    assert done.returncode == 2
    assert "was not made by run.py" in done.stderr
    assert (project.venv / "theirs").read_text() == "precious"


def test_a_python_without_venv_gets_the_name_of_the_debian_package(project):
    project.write("hidden/sitecustomize.py", "import sys\nsys.modules['ensurepip'] = None\n")
    done = project.run(PYTHONPATH=str(project.root / "hidden"))
    assert done.returncode == 2
    assert f"sudo apt install python3.{sys.version_info[1]}-venv (or python3-venv)" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_index_out_of_reach_is_named_and_the_next_start_goes_on_from_there(ready):
    made = (ready.venv / "pyvenv.cfg").stat().st_mtime_ns
    ready.write("setup.cfg", "Requires-Dist: tinydependency\n")
    done = ready.run(PIP_INDEX_URL=f"http://127.0.0.1:{free_port()}/simple", PIP_RETRIES="1")
    assert done.returncode == 2
    assert "the package index can't be reached" in done.stderr
    assert "Traceback" not in done.stderr
    shelf = ready.root / "shelf"
    shelf.mkdir()
    wheel_of("tinydependency", shelf)
    done = ready.run(PIP_NO_INDEX="1", PIP_FIND_LINKS=shelf.as_uri())
    assert done.returncode == 0, done.stderr
    assert (ready.venv / "pyvenv.cfg").stat().st_mtime_ns == made


def test_a_dependency_that_does_not_exist_is_not_blamed_on_the_network_and_pips_words_follow(ready):
    ready.write("setup.cfg", "Requires-Dist: tinydependency\n")
    done = ready.run(PIP_NO_INDEX="1")
    assert done.returncode == 2
    assert "Studyin could not be installed; the last lines of the output say why." in done.stderr
    assert "    ERROR: No matching distribution found for tinydependency" in done.stderr


def test_a_disk_that_fills_up_while_pip_works_is_named(ready):
    ready.write("backend.py", "import errno, os\nraise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n")
    ready.write("setup.cfg", CHANGED)
    done = ready.run()
    assert done.returncode == 2
    assert done.stderr.splitlines()[1].startswith("The disk is full; ")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_disk_that_is_full_before_pip_starts_is_named_without_a_traceback(ready):
    (ready.venv / "studyin-stamp.new").symlink_to("/dev/full")
    ready.write("setup.cfg", CHANGED)
    done = ready.run()
    assert done.returncode == 2
    assert done.stderr.startswith("The disk is full; ")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_in_the_way_of_the_venv_is_named_without_a_traceback(project):
    project.write(".venv", "no folder")
    done = project.run()
    assert done.returncode == 2
    assert str(project.venv) in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_old_python_can_read_the_file_and_is_told_which_one_is_needed(project):
    ast.parse(RUN.read_text(), feature_version=(3, 6))
    pretend = "import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_path(sys.argv[1], run_name='__main__')"
    commands = [[sys.executable, "-c", pretend], *([str(python)] for python in old_pythons())]
    for command in commands:
        done = subprocess.run([*command, str(project.root / "run.py")], check=False, capture_output=True, text=True)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("Studyin needs Python 3.11 or newer, this is Python 3.")
        assert len(done.stderr.splitlines()) == 1
    assert not project.venv.exists()


def old_pythons() -> list[Path]:
    """Pythons 3.6 to 3.10 that this machine happens to have, beside the one that runs the tests or on the path."""
    beside = Path(sys.base_prefix).parent
    found = [*beside.glob("3.[6-9].*/bin/python"), *beside.glob("3.10.*/bin/python")]
    found += [Path(path) for minor in range(6, 11) if (path := shutil.which(f"python3.{minor}"))]
    # a shim of a version manager may stand for a Python that is not active here
    return [
        path for path in found if subprocess.run([path, "-c", ""], check=False, capture_output=True).returncode == 0
    ]


def wheel_of(name: str, folder: Path) -> None:
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        wheel.writestr(f"{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.dist-info/RECORD", f"{name}.py,,\n")


def kill_all_of(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
