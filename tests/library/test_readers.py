"""Reader processes: what they report gets through, and whatever else they do ends in a sentence."""

import asyncio
import os
import sys
import textwrap
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from studyin.errors import StudyinError
from studyin.library import readers
from studyin.library.kinds import Format
from studyin.library.readers import read_apart, read_here
from studyin.library.reports import Batch, Began, Ended, Job, Limits
from tests.library.conftest import readers_left

NOTES = "# Heat\n\nHeat is energy.\n\f\n# Work\n\nWork is energy moved by a force.\n"

Misbehave = Callable[[str], None]


@pytest.fixture
def job(tmp_path: Path) -> Job:
    path = tmp_path / "notes"
    path.write_text(NOTES)
    return Job(str(path), "notes.md", Format.TEXT, Limits(seconds=30))


@pytest.fixture
def misbehave(monkeypatch: pytest.MonkeyPatch) -> Misbehave:
    """Has the real reader process run another `read`: the body of a generator that knows its `job`."""

    def command(body: str) -> None:
        code = f"""\
import os, signal, socket, sys, time
from studyin.library import reader
from studyin.library.reports import Batch, Began
from studyin.store.passages import Draft
def read(job):
{textwrap.indent(textwrap.dedent(body), "    ")}
    yield Began(None)
reader.read = read
reader.main()
"""
        monkeypatch.setattr(readers, "COMMAND", (sys.executable, "-c", code))

    return command


async def reports(job: Job) -> list[Began | Batch | Ended]:
    async with asyncio.timeout(60), aclosing(read_apart(job)) as read:
        return [report async for report in read]


async def refusal(job: Job) -> str:
    with pytest.raises(StudyinError) as raised:
        await reports(job)
    assert raised.value.message.endswith(".")
    return raised.value.message


async def test_a_process_reads_what_a_thread_would(job: Job) -> None:
    for read in (await reports(job), [report async for report in read_here(job)]):
        assert (read[0], read[-1]) == (Began(2), Ended([]))
        batches = [report for report in read if isinstance(report, Batch)]
        assert "".join(batch.text for batch in batches) == NOTES
        assert [(draft.heading, draft.page) for batch in batches for draft in batch.drafts] == [
            ("Heat", 1),
            ("Work", 2),
        ]


async def test_what_a_reader_reports_comes_before_it_is_done(job: Job, misbehave: Misbehave) -> None:
    misbehave('yield Batch(0, 0, "text", [], 1); time.sleep(600)')
    async with asyncio.timeout(60), aclosing(read_apart(job)) as read:
        async for report in read:
            assert report == Batch(0, 0, "text", [], 1)
            break
    assert not readers_left()


@pytest.mark.parametrize("stuck", ["time.sleep(600)", "while True: pass"])
@pytest.mark.thorough
async def test_a_reader_that_takes_too_long_is_ended(job: Job, misbehave: Misbehave, stuck: str) -> None:
    misbehave(f'yield Batch(0, 0, "text", [], 1)\n{stuck}')
    slow = Job(job.path, job.filename, job.format, Limits(seconds=1.5))
    assert "read in 1.5 seconds, got notes.md, which takes longer" in await refusal(slow)
    assert not readers_left()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
async def test_a_reader_that_needs_too_much_memory_is_refused_it(job: Job, misbehave: Misbehave) -> None:
    misbehave("yield Began(len(bytearray(1 << 30)))")
    hungry = Job(job.path, job.filename, job.format, Limits(seconds=30, memory=600 * 2**20))
    assert "read with 600 MB of memory, got notes.md, which needs more" in await refusal(hungry)


@pytest.mark.parametrize(
    "end",
    [
        "os._exit(3)",
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "raise ValueError('secret')",
    ],
)
async def test_a_reader_that_dies_is_a_damaged_file(job: Job, misbehave: Misbehave, end: str) -> None:
    misbehave(end)
    message = await refusal(job)
    assert message.startswith("Expected a file that can be read, got notes.md, which is damaged or too complex.")
    assert "secret" not in message


@pytest.mark.parametrize(
    "said",
    ["b'{}' + bytes([10])", "b'[' * 10_000 + bytes([10])", "b'x' * (8 << 20)", """b'{"type": "sql"}' + bytes([10])"""],
)
async def test_what_is_no_report_is_not_believed(job: Job, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    code = f"import studyin.library, sys, time; sys.stdout.buffer.write({said}); sys.stdout.flush(); time.sleep(600)"
    monkeypatch.setattr(readers, "COMMAND", (sys.executable, "-c", code))
    assert "damaged" in await refusal(job)
    assert not readers_left()


async def test_parts_without_end_are_told_as_such(job: Job, misbehave: Misbehave) -> None:
    misbehave("def deeper(): deeper()\ndeeper()")
    assert "nests its parts without end" in await refusal(job)


async def test_what_a_library_prints_does_not_get_among_the_reports(job: Job, misbehave: Misbehave) -> None:
    misbehave('print("noise"); os.write(1, b"noise"); yield Batch(0, 0, "text", [], 1)')
    assert await refusal(job)  # it ended without saying so
    misbehave('print("noise"); os.write(1, b"noise"); from studyin.library.reports import Ended; yield Ended([])')
    assert await reports(job) == [Ended([])]


async def test_a_reader_knows_no_key_and_writes_no_file(
    job: Job, misbehave: Misbehave, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("STUDYIN_DATA_DIR", "secret")
    known = "yield Batch(0, 0, repr(sorted(os.environ)), [], 1)"
    written = f"""signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
os.write(os.open({str(tmp_path / "out")!r}, os.O_CREAT | os.O_WRONLY), b"x")"""
    misbehave(f"{known}\n{written}")
    async with aclosing(read_apart(job)) as read:
        first = await anext(read)
        with pytest.raises(StudyinError, match="damaged"):
            await anext(read)
    assert isinstance(first, Batch)
    assert "PATH" in first.text
    assert "KEY" not in first.text
    assert "STUDYIN" not in first.text
    assert (tmp_path / "out").read_bytes() == b""


async def test_a_reader_holds_none_of_the_servers_files_or_sockets(job: Job, misbehave: Misbehave) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    misbehave(
        "import stat\n"
        "kinds = [stat.S_ISSOCK(os.fstat(n).st_mode) for n in range(3, 64) if os.path.exists(f'/proc/self/fd/{n}')]\n"
        "yield Batch(0, 0, repr(any(kinds)), [], 1)"
    )
    async with server, aclosing(read_apart(job)) as read:
        assert await anext(read) == Batch(0, 0, "False", [], 1)


async def test_a_reader_ends_with_its_server(tmp_path: Path, job: Job) -> None:
    """Nobody lives to kill it: the pipe's end tells it."""
    code = "from studyin.library import reader; import time; reader.read = lambda job: time.sleep(600); reader.main()"
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, cwd=os.getcwd()
    )
    assert reader.stdin
    reader.stdin.write(readers.encode(job) + b"\n")
    await reader.stdin.drain()
    reader.stdin.close()
    async with asyncio.timeout(30):
        assert await reader.wait() == 1
