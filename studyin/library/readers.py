"""Reader processes: started for a file, listened to, and killed when they are done, too slow or not wanted any more."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import msgspec

import studyin
from studyin.errors import Code, StudyinError
from studyin.language import in_short, say
from studyin.library.reading import read
from studyin.library.reports import MAX_LINE_BYTES, Batch, Began, Broke, Ended, Job, Refused, decode, encode

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "studyin.library.reader")

# What a reader may know of the server's environment: where programs and libraries are, and no key.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "TEMP", "TMP")


async def read_here(job: Job) -> AsyncGenerator[Began | Batch | Ended, None]:
    """Read in a thread of the server: for small texts, which need nothing that could do harm. Raises StudyinError."""
    for report in await asyncio.to_thread(lambda: list(read(job))):
        assert isinstance(report, Began | Batch | Ended)
        yield report


async def read_apart(job: Job) -> AsyncGenerator[Began | Batch | Ended, None]:
    """Read in a process of its own, within the job's limits. Close the generator to end it.

    Raises StudyinError, also after some reports: what was reported by then is whole and may be kept.
    """
    process = await _start()
    try:
        async for report in _reports(process, job):
            if isinstance(report, Refused):
                raise StudyinError(Code.UNSUPPORTED_TYPE, report.message, status=415)
            if isinstance(report, Broke):
                log.error("reading %s broke the reader:\n%s", job.filename, report.trace)
                raise _damaged(job)
            yield report
            if isinstance(report, Ended):
                return
    finally:
        await _end(process)


async def _start() -> Process:
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    home = Path(studyin.__file__).parents[1]
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=MAX_LINE_BYTES,
        cwd=home,
        env=known | {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1", "OMP_THREAD_LIMIT": "1"},
        # A process group of its own, so that what it starts ends with it, and Ctrl-C is the server's alone.
        start_new_session=True,
    )


async def _reports(process: Process, job: Job) -> AsyncIterator[Began | Batch | Ended | Refused | Broke]:
    assert process.stdin
    assert process.stdout
    deadline = asyncio.get_running_loop().time() + job.limits.seconds
    try:
        async with asyncio.timeout_at(deadline):
            process.stdin.write(encode(job) + b"\n")
            await process.stdin.drain()
        while True:
            async with asyncio.timeout_at(deadline):
                line = await process.stdout.readline()
            if not line.endswith(b"\n"):
                raise _died(await process.wait(), job)
            yield decode(line)
    except TimeoutError:
        raise _too_slow(job) from None
    except ConnectionError:
        raise _died(await process.wait(), job) from None
    except (ValueError, msgspec.MsgspecError):
        log.error("the reader of %s reported something that is no report", job.filename)
        raise _damaged(job) from None


async def _end(process: Process) -> None:
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass  # it ended by itself
    await process.communicate()


def _died(code: int, job: Job) -> StudyinError:
    log.warning("the reader of %s ended with code %d", job.filename, code)
    return _too_slow(job) if code == -getattr(signal, "SIGXCPU", 0) else _damaged(job)


def _damaged(job: Job) -> StudyinError:
    return StudyinError(
        Code.UNSUPPORTED_TYPE,
        say(
            "Expected a file that can be read, got {filename}, which is damaged or too complex. Open it in "
            "the program that made it, save it anew or as a PDF, and drop that in.",
            filename=job.filename,
        ),
        status=415,
    )


def _too_slow(job: Job) -> StudyinError:
    return StudyinError(
        Code.TOO_LARGE,
        say(
            "Expected a file that can be read in {seconds} seconds, got {filename}, which takes longer. "
            "Split it, or raise STUDYIN_READING_SECONDS.",
            seconds=in_short(job.limits.seconds),
            filename=job.filename,
        ),
        status=413,
    )
