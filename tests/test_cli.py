"""The command line: what starts, what is shown, what is refused in a sentence."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from ipaddress import ip_network
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

import studyin
from studyin import user_commands
from studyin.accounts import passwords
from studyin.app import check_doors
from studyin.cli import main
from studyin.config import SETTINGS, Settings
from studyin.errors import StartupError

ROOT = Path(__file__).parents[1]
STUDYIN = [sys.executable, "-m", "studyin"]


@pytest.fixture
def run(tmp_path):
    """Run studyin in an empty folder until it ends."""
    folder = tmp_path / "run here"
    folder.mkdir()
    (folder / ".env").touch()

    def run(*arguments, cwd=folder, stdin=None, **environ):
        return subprocess.run(
            [*STUDYIN, *map(str, arguments)],
            check=False,
            stdin=stdin,
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
            timeout=60,
        )

    return run


@pytest.fixture
def serve(start, tmp_path):
    """Start studyin on a free port with a data folder of its own."""

    def serve(*arguments, **environ):
        data = ["--port", "0", "--data-dir", str(tmp_path / "data")]
        return start(*STUDYIN, *arguments, *data, PYTHONPATH=str(ROOT), **environ)

    return serve


def refused(done):
    """The one sentence that a refused start ends with."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("command", [["serve"], []], ids=["serve", "no command"])
def test_the_ready_line_tells_the_address_the_coach_and_the_data_file(serve, tmp_path, command):
    server = serve(*command, "--coach", "notes")
    data = re.escape(str(tmp_path / "data" / "studyin.sqlite3"))
    assert re.fullmatch(rf"Studyin is ready: http://localhost:\d+/ · coach notes · data {data}", server.ready)
    with urllib.request.urlopen(server.url + "healthz") as answer:
        assert answer.status == 200
    assert (tmp_path / "data" / "studyin.sqlite3").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_told_to_stop_ends_with_exit_code_zero_and_no_words(serve, number):
    server = serve()
    server.process.send_signal(number)
    assert server.process.wait(timeout=10) == 0
    assert server.process.stdout.read() == ""
    assert server.log.read_text() == ""


def test_open_shows_the_page_in_a_browser(serve, tmp_path):
    browser = tmp_path / "browser"
    opened = tmp_path / "opened"
    browser.write_text(f"#!/bin/sh\necho \"$1\" > '{opened}.new'\nmv '{opened}.new' '{opened}'\n")
    browser.chmod(0o755)
    server = serve("--open", BROWSER=f"{browser} %s")
    while not opened.exists():
        assert server.process.poll() is None, server.log.read_text()
        time.sleep(0.01)
    assert opened.read_text().strip() == server.url


def test_a_wrong_setting_is_refused_in_a_sentence(run):
    assert refused(run("--port", "http")).startswith("Expected a whole number from 0 to 65535, got 'http' from --port;")
    assert "STUDYIN_COACH in the environment" in refused(run("config", STUDYIN_COACH="gpt"))


def test_a_host_that_is_not_this_machine_is_refused_in_a_sentence(run, tmp_path):
    sentence = refused(
        run("--port", 0, "--auth", "password", "--host", "no.such.invalid", "--data-dir", tmp_path / "data")
    )
    assert sentence.startswith("Expected --host to be an address of this machine, got no.such.invalid.")


def test_a_host_that_others_can_reach_is_refused_without_accounts(run, tmp_path):
    sentence = refused(run("--port", 0, "--host", "0.0.0.0", "--data-dir", tmp_path / "data"))
    assert sentence.startswith("Expected accounts for a server that others can reach (0.0.0.0)")
    assert "studyin user add NAME --role admin --adopt-local" in sentence
    assert "STUDYIN_AUTH=password" in sentence
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "study.example", "localhost.example"])
def test_only_a_host_of_this_machine_alone_needs_no_accounts(host):
    with pytest.raises(StartupError, match="Expected accounts"):
        check_doors(Settings(host=host))
    check_doors(Settings(host=host, auth="password"))
    for own in ("127.0.0.1", "127.0.0.2", "::1", "localhost", "LOCALHOST"):
        check_doors(Settings(host=own))


def test_a_socket_that_systemd_passed_counts_for_what_it_listens_on(tmp_path):
    with socket.socket() as everywhere, socket.socket() as here, socket.socket(socket.AF_UNIX) as path:
        everywhere.bind(("0.0.0.0", 0))
        here.bind(("127.0.0.1", 0))
        path.bind(str(tmp_path / "socket"))
        check_doors(Settings(host="0.0.0.0"), [here, path])
        with pytest.raises(StartupError, match="Expected accounts"):
            check_doors(Settings(), [here, everywhere])


def test_a_proxy_that_signs_people_in_has_to_be_named():
    with pytest.raises(StartupError, match="STUDYIN_TRUSTED_PROXIES"):
        check_doors(Settings(auth="proxy"))
    check_doors(Settings(auth="proxy", trusted_proxies=(ip_network("127.0.0.1"),)))


def test_any_origin_and_accounts_do_not_go_together():
    with pytest.raises(StartupError, match="any web page could act for who is signed in"):
        Settings(auth="password", dev=True, cors_origins=("*",))


def test_a_server_that_others_can_reach_starts_with_accounts_and_says_that_there_are_none_yet(serve):
    server = serve("--host", "0.0.0.0", "--auth", "password")
    assert "studyin user add NAME --role admin" in server.log.read_text()
    with urllib.request.urlopen(server.url) as answer:
        assert answer.url.endswith("/sign-in")
        assert b"There is no account yet." in answer.read()


@pytest.fixture
def user(tmp_path, monkeypatch):
    """Run `studyin user …` in this process, which is a tenth of the time; hashes cost a thousandth."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").touch()

    def user(*arguments, typed="", **environ):
        arguments = ["user", *arguments, "--data-dir", str(tmp_path / "data")]
        return CliRunner().invoke(main, arguments, input=typed, env=environ)

    return user


def said(done):
    """The one sentence that a command was refused with."""
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_accounts_are_kept_from_the_command_line_while_the_server_runs(user, serve):
    server = serve("--auth", "password")
    assert user("list").stdout.startswith("There is no account yet.")
    added = user("add", "ann", "--role", "admin", "--adopt-local", "--password-stdin", typed="correct horse\n")
    assert added.stdout.startswith("Added ann (admin). What was here before is theirs.\n")
    assert said(user("add", "ANN", "--password-stdin", typed="correct horse\n")).startswith("There is an account")
    assert said(user("add", "bob", "--password-stdin", typed="short\n")).startswith("Expected a password of at least")
    assert user("add", "bob", "--no-password").exit_code == 0
    assert user("disable", "bob").exit_code == 0
    rows = [line.split()[:3] for line in user("list").stdout.splitlines()]
    assert rows == [["name", "role", "state"], ["ann", "admin", "active"], ["bob", "student", "disabled"]]
    assert user("enable", "bob").exit_code == 0
    assert user("passwd", "bob", "--password-stdin", typed="battery staple\n").exit_code == 0
    assert said(user("passwd", "eve", "--password-stdin", typed="battery staple\n")).startswith("There is no account")
    invited = user("invite", "--url", "https://study.example/a/")
    assert re.fullmatch(r"https://study\.example/a/invitation\?token=[\w-]{43}\n", invited.stdout)
    assert said(user("invite", "--url", "study.example")).startswith("Expected --url to be an address such as https://")
    again = user("invite", "bob")
    assert "sets a new password for bob" in again.stderr
    with urllib.request.urlopen(f"{server.url}invitation?{again.stdout.strip().partition('?')[2]}") as answer:
        assert b"Choose a new password for bob." in answer.read()
    assert user("remove", "bob", typed="n\n").exit_code == 1
    assert user("remove", "bob", "--yes").stdout == "bob is deleted.\n"
    assert "bob" not in user("list").stdout
    assert server.process.poll() is None


def test_a_password_is_asked_for_twice_and_not_shown(user, monkeypatch):
    monkeypatch.setattr(user_commands, "_someone_types", lambda: True)
    done = user("add", "ann", typed="correct horse\ncorrect horse\n")
    assert (done.exit_code, "correct horse" in done.output) == (0, False)
    assert user("add", "bob", typed="correct horse\nanother horse\n").exit_code == 1


def test_without_a_terminal_a_password_is_read_as_a_line_and_nothing_is_refused_in_one(run, user, tmp_path):
    assert user("add", "bob", typed="correct horse\n").stdout.startswith("Added bob")
    assert user("passwd", "bob", typed="battery staple").exit_code == 0
    for typed in ("", "\n"):
        assert said(user("add", "eve", typed=typed)).startswith("Expected the password as a line on standard input")
    done = run("user", "add", "ann", "--data-dir", tmp_path / "data", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_nobody_is_invited_where_a_proxy_signs_people_in(user):
    sentence = said(user("invite", STUDYIN_AUTH="proxy"))
    assert sentence.startswith("With STUDYIN_AUTH=proxy the proxy says who comes in")


def test_a_command_for_accounts_is_a_program_of_its_own_too(run, tmp_path):
    done = run("user", "list", "--data-dir", tmp_path / "data")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_port_in_use_is_refused_in_a_sentence(run, serve, tmp_path):
    port = serve().url.rsplit(":")[2].strip("/")
    sentence = refused(run("--port", port, "--data-dir", tmp_path / "other"))
    assert port in sentence
    assert "--port" in sentence
    assert sentence.count("address") == 1  # and not what asyncio says of it


def test_a_data_folder_that_cannot_be_made_is_refused_in_a_sentence(run, tmp_path):
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in refused(run("--port", 0, "--data-dir", tmp_path / "file" / "data"))


def test_a_database_of_a_newer_version_is_refused_in_a_sentence_and_left_alone(run, tmp_path):
    path = tmp_path / "studyin.sqlite3"
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA user_version = 9999")
    database.close()
    before = path.read_bytes()
    assert str(path) in refused(run("--port", 0, "--data-dir", tmp_path))
    assert path.read_bytes() == before


def test_a_folder_in_place_of_the_data_file_is_refused_in_a_sentence(run, tmp_path):
    (tmp_path / "studyin.sqlite3").mkdir()
    assert "got a folder" in refused(run("--port", 0, "--data-dir", tmp_path))


def test_a_second_server_on_the_same_data_is_refused_in_a_sentence(run, serve, tmp_path):
    serve()
    assert str(tmp_path / "data") in refused(run("--port", 0, "--data-dir", tmp_path / "data"))


def test_config_shows_every_setting_with_its_origin_and_no_secret(run):
    key = "sk-proj-0123456789abcdefghij"
    done = run("config", "--port", 9000, STUDYIN_HOST="0.0.0.0", OPENAI_API_KEY=key)
    rows = {line.split()[0]: line.split(maxsplit=1)[1] for line in done.stdout.splitlines() if line.strip()}
    assert [name for name in rows if name != ".env"] == [setting.env for setting in SETTINGS]
    assert rows["STUDYIN_PORT"].split() == ["9000", "command", "line"]
    assert rows["STUDYIN_HOST"].split() == ["0.0.0.0", "environment"]
    assert rows["STUDYIN_COACH"].split() == ["auto", "default"]
    assert rows["OPENAI_API_KEY"].split() == ["…ghij", "environment"]
    assert key not in done.stdout + done.stderr


def test_dotenv_is_read_from_the_current_folder_else_from_beside_run_py(run, tmp_path):
    (tmp_path / ".env").write_text("STUDYIN_PORT=9000\nSTUDYIN_DEV=1\n")
    done = run("config", "--no-dev", cwd=tmp_path)
    assert re.search(r"STUDYIN_PORT +9000 +\.env\n", done.stdout)
    assert re.search(r"STUDYIN_DEV +false +command line\n", done.stdout)
    assert f".env is {tmp_path / '.env'}\n" in done.stdout
    empty = tmp_path / "empty"
    empty.mkdir()
    assert f".env is {ROOT / '.env'}" in run("config", cwd=empty).stdout


def test_a_misspelt_variable_is_told_and_stops_nothing(run, serve):
    sentence = "STUDYIN_PROT in the environment is no setting and is ignored; did you mean STUDYIN_PORT?"
    assert run("config", STUDYIN_PROT="1").stderr == sentence + "\n"
    assert sentence in serve(STUDYIN_PROT="1").log.read_text()


def test_help_has_every_setting_as_an_option(run):
    shown = run("serve", "--help").stdout
    assert [setting.flag for setting in SETTINGS if f"  {setting.flag} " not in shown] == []
    assert run("config", "--help").stdout.count("\n  --") == len(SETTINGS)
    assert "studyin serve --help" in run("--help").stdout


def test_an_option_that_does_not_exist_is_refused_with_the_nearest_one(run):
    done = run("--prot", "1")
    assert done.returncode == 2
    assert "--port" in done.stderr


@pytest.mark.parametrize("command", ["--version", "--help", "config"])
def test_a_question_to_the_command_line_does_not_wait_for_the_server_to_load(command):
    ask = f"import sys; sys.argv[1:] = [{command!r}]\nfrom studyin.cli import main\nmain(standalone_mode=False)\n"
    show = "print(*{'aiohttp', 'asyncio', 'jinja2', 'sqlite3'} & set(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", ask + show], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == "\n"


def test_version_is_the_packages(run):
    assert run("--version").stdout == f"studyin {studyin.__version__}\n"


# The program with a reader of notes that takes a minute.
SLOW_READER = """
import time
from studyin.library import readers
readers.read = lambda job: time.sleep(60)
from studyin.cli import main
main()
"""


@pytest.mark.thorough
def test_sigterm_does_not_wait_for_notes_that_are_being_read(start, tmp_path):
    data = ["--port", "0", "--coach", "notes", "--data-dir", str(tmp_path / "data")]
    server = start(sys.executable, "-c", SLOW_READER, "serve", *data, PYTHONPATH=str(ROOT))
    notes = urllib.request.Request(
        server.url + "api/materials",
        data=b'{"filename": "notes.md", "text": "Osmosis moves water."}',
        headers={"Content-Type": "application/json", "Origin": server.url.rstrip("/")},
    )
    material = json.load(urllib.request.urlopen(notes, timeout=10))
    while material["status"] == "queued":
        material = json.load(urllib.request.urlopen(f"{server.url}api/materials/{material['id']}", timeout=10))
    assert material["status"] == "reading", material
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0
    assert "Traceback" not in server.log.read_text()
