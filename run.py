#!/usr/bin/env python3
"""Sets Studyin up in .venv beside this file where that is needed, then starts it.

    python run.py [command] [options]     start Studyin; no command means `serve`
    python run.py test [pytest options]   run its tests

Needs Python 3.11 and nothing else. Older Pythons must still be able to read this file, or they could not say so:
no syntax newer than Python 3.6 here. A second start does no work but to compare a stamp, so whatever only the set-up
needs is imported by the set-up. What goes wrong ends in one sentence and exit code 2.
"""

import os
import sys
from contextlib import contextmanager, suppress

NEEDED = (3, 11)
ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin", "python")
# What .venv holds, in four lines: this folder, Python's version, a hash of what it was made from, extras; or UNFINISHED
STAMP = os.path.join(VENV, "studyin-stamp")
UNFINISHED = "unfinished"
LOCK = os.path.join(VENV, "studyin-lock")
VERSION = "{}.{}".format(*sys.version_info[:2])


UNREACHABLE = ("Retrying (Retry(", "Failed to establish a new connection", "Read timed out", "SSLError", "ProxyError")


class SetUpError(Exception):
    """A sentence for the person at the keyboard."""


def main(arguments: "list[str]") -> int:
    testing = arguments[:1] == ["test"]
    try:
        if sys.version_info < NEEDED:
            raise SetUpError(python_is_too_old())
        if not is_ready(testing):
            set_up(testing)
    except SetUpError as exc:
        say(str(exc))
        return 2
    except OSError as exc:
        say(cannot_write(exc))
        return 2
    except KeyboardInterrupt:
        say("Stopped before Studyin was set up; the next start begins again.")
        return 130
    if testing:
        os.chdir(ROOT)
        return hand_over(["-m", "pytest", *arguments[1:]])
    return hand_over(["-m", "studyin", *arguments])


# --- is there anything to do? ---


def is_ready(testing: bool) -> bool:
    """True where .venv was finished by this file, here, for this Python, and nothing it was made from has changed."""
    have = read_stamp().split("\n")
    return have[:3] == wanted() and (not testing or have[3:] == ["test"]) and os.path.exists(PYTHON)


def wanted() -> "list[str]":
    import hashlib

    content = hashlib.sha256()
    for name in ("setup.cfg", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            content.update(file.read())
    return [ROOT, VERSION, content.hexdigest()]


def read_stamp() -> str:
    try:
        with open(STAMP, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def write_stamp(text: str) -> None:
    """In one step: whoever reads it meanwhile gets the old text or the new one."""
    with open(STAMP + ".new", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    os.replace(STAMP + ".new", STAMP)


# --- setting up ---


def set_up(testing: bool) -> None:
    """Make .venv where it is missing or broken, and install the project into it. One run.py at a time does so."""
    os.makedirs(VENV, exist_ok=True)
    with locked() as lock:
        if is_ready(testing):
            return  # another run.py did it while this one waited
        before = read_stamp()
        folder, version, _, extras = [*before.split("\n"), "", "", "", ""][:4]
        if not before and os.listdir(VENV) != [os.path.basename(LOCK)]:
            adopt()
        elif (folder, version) != (ROOT, VERSION) or not os.path.exists(PYTHON):
            make(lock)
            before = "\n".join([ROOT, VERSION, "", ""])
        after = "\n".join([*wanted(), "test" if testing else extras])
        write_stamp(UNFINISHED)
        install(after.endswith("\ntest"), lock, before)
        write_stamp(after)
        say("Studyin is set up.")


@contextmanager
def locked():
    """Hold the lock on .venv. Children hold it too: where this process is killed, the next one waits for its pip."""
    with open(LOCK, "a+b") as file:
        if WINDOWS:
            import msvcrt

            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten seconds
                    say("Another run.py is setting Studyin up; waiting for it.")
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another run.py is setting Studyin up; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def adopt() -> None:
    """Take a .venv that someone else made, where it fits; where it does not, it is theirs and stays as it is."""
    import subprocess

    question = "import pip, sys; print('%d.%d' % sys.version_info[:2], sys.prefix != sys.base_prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", question], check=False, capture_output=True, text=True, cwd=ROOT)
        fits = answer.stdout.split() == [VERSION, "True"]
    except OSError:
        fits = False
    if not fits:
        raise SetUpError(
            f"{VENV} was not made by run.py and does not hold Python {VERSION} with pip; "
            "move it away or delete it, and start again."
        )


def make(lock: int) -> None:
    """A fresh virtual environment, in place of whatever is left of an earlier one."""
    import importlib.util
    import shutil

    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise SetUpError(venv_is_missing())
    write_stamp(UNFINISHED)
    for name in os.listdir(VENV):
        path = os.path.join(VENV, name)
        if path in (STAMP, LOCK):
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)
    with Progress(f"Making {VENV} with Python {VERSION}") as progress:
        code, output = run([sys.executable, "-m", "venv", VENV], lock, progress)
    if code:
        raise SetUpError(explain(output, f"{VENV} could not be made"))


def install(testing: bool, lock: int, before: str) -> None:
    """The project and what it needs. before: the stamp to put back where pip gave up before it changed anything."""
    with Progress("Installing Studyin and what it needs" + (" for its tests" if testing else "")) as progress:
        # PIP_USER: a person's pip.conf with `user = true` makes every install into a virtual environment fail
        pip = [PYTHON, "-m", "pip", "install", "--progress-bar", "off", "--disable-pip-version-check", "--no-input"]
        code, output = run([*pip, "--editable", ".[test]" if testing else "."], lock, progress, PIP_USER="0")
    if code:
        if not any(line.startswith("Installing collected packages") for line in output):
            write_stamp(before)
        raise SetUpError(explain(output, "Studyin could not be installed"))


def run(command: "list[str]", lock: int, progress: "Progress", **environment: str) -> "tuple[int, list[str]]":
    """Run a command, show its lines as progress. Returns its exit code and what it printed."""
    import subprocess

    output = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        pass_fds=() if WINDOWS else (lock,),
    ) as process:
        for line in process.stdout:
            output.append(line.decode(errors="replace").rstrip())
            progress.show(output[-1])
    return process.returncode, output


# --- words ---


class Progress:
    """One line that says what happens; on a terminal it goes on saying it, in place."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.live = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        say(self.title + " ...")
        return self

    def show(self, line: str) -> None:
        words = line.split()
        if self.live and words[:1] in (["Collecting"], ["Downloading"], ["Installing"], ["Building"]):
            self.rewrite("  " + " ".join(words[:2]))

    def rewrite(self, text: str) -> None:
        width = min(os.get_terminal_size(sys.stderr.fileno()).columns or 80, 100) - 1
        sys.stderr.write("\r" + text[:width].ljust(width) + "\r")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.live:
            self.rewrite("")


def say(text: str) -> None:
    """To stderr: stdout belongs to the program that follows."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def python_is_too_old() -> str:
    here = ".".join(map(str, sys.version_info[:3]))
    newer = next((name for name in (f"python3.{minor}" for minor in range(20, NEEDED[1] - 1, -1)) if works(name)), None)
    how = (
        f"start it with {newer} in place of python"
        if newer
        else "install a newer one, from https://www.python.org/downloads/ or with your system's packages"
    )
    return f"Studyin needs Python {NEEDED[0]}.{NEEDED[1]} or newer, this is Python {here} ({sys.executable}); {how}."


def works(python: str) -> bool:
    import subprocess

    try:
        return subprocess.call([python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def venv_is_missing() -> str:
    return (
        f"This Python ({sys.executable}) has no venv, which makes the folder for Studyin's packages. "
        f"On Debian and Ubuntu: sudo apt install python{VERSION}-venv (or python3-venv), then start again; "
        "elsewhere install Python from https://www.python.org/downloads/."
    )


def cannot_write(exc: OSError) -> str:
    import errno

    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_is_full()
    return f"{exc.filename or VENV}: {exc.strerror}. See that run.py can read and write in {ROOT}, and start again."


def disk_is_full() -> str:
    return f"The disk is full; {VENV} takes about 100 MB, with what tests need 400. Make room, and start again."


def explain(output: "list[str]", what: str) -> str:
    """What went wrong, from the words of pip or venv; the last of them follow, for whoever can use them."""
    text = "\n".join(output)
    if any(sign in text for sign in ("No space left on device", "Errno 28", "Disk quota exceeded", "not enough space")):
        reason = disk_is_full()
    elif "ensurepip is not available" in text:
        reason = venv_is_missing()
    elif any(sign in text for sign in UNREACHABLE):
        reason = f"{what}: the package index can't be reached. Check the network and any proxy, and start again."
    else:
        reason = f"{what}; the last lines of the output say why."
    return "\n".join([reason, *("    " + line for line in output[-12:])])


# --- starting what was set up ---


def hand_over(arguments: "list[str]") -> int:
    """Become the program. -P keeps the current folder off its path: a file named click.py there would be imported."""
    command = [PYTHON, "-P", *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execv(PYTHON, command)
    import subprocess

    # Windows has no exec that keeps the console; Ctrl-C reaches the child as well, so wait for it
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            with suppress(KeyboardInterrupt):
                process.wait()
        return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
