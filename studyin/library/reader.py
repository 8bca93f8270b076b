"""The reader process: `python -m studyin.library.reader` takes one job from its input, and reports as it reads.

A file that a stranger made may crash, stall or swell what reads it; here that costs nobody anything. The process is
given no socket, no data file and none of the server's environment.
"""

from __future__ import annotations

import os
import sys
import traceback

from studyin.errors import StudyinError
from studyin.language import in_figures, say, speak
from studyin.library.confinement import confine, end_with
from studyin.library.kinds import nested_without_end
from studyin.library.reading import read
from studyin.library.reports import Broke, Job, Refused, Report, decode_job, encode

MAX_TRACE_CHARS = 8_000


def main() -> None:
    # Whatever a library prints must not get among the reports.
    reports = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job = decode_job(sys.stdin.buffer.readline())
    speak(job.language)
    confine(job.limits)
    end_with(0)
    try:
        for report in read(job):
            reports.write(encode(report) + b"\n")
            reports.flush()
        return
    except Exception as error:  # noqa: BLE001 - reported, the server logs it
        last = _in_words(job, error)
    reports.write(encode(last) + b"\n")
    reports.flush()


def _in_words(job: Job, error: Exception) -> Report:
    if isinstance(error, StudyinError):
        return Refused(error.message)
    if isinstance(error, MemoryError):
        return Refused(too_large(job))
    if isinstance(error, RecursionError):
        return Refused(nested_without_end(job.filename))
    return Broke("".join(traceback.format_exception(error))[-MAX_TRACE_CHARS:])


def too_large(job: Job) -> str:
    return say(
        "Expected a file that can be read with {most} MB of memory, got {filename}, which needs more. Split it, or "
        "raise STUDYIN_READING_MEMORY_BYTES.",
        most=in_figures(job.limits.memory / 2**20),
        filename=job.filename,
    )


if __name__ == "__main__":
    main()
