"""Whether a question finds its passage among the first four, and how long that takes in a small and a large library."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median, quantiles

from studyin.library import Library, samples
from studyin.library.terms import subject
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import MaterialStore
from studyin.store.passages import Draft, PassageStore
from tests.bench.textbook import Section, sections
from tests.library.sample_questions import ANSWERED, PARAPHRASED

SIZES = {10_000: 10, 100_000: 50}  # passages, and the milliseconds that a search among them may take
TEXTBOOK_QUESTIONS = 30  # sections that are asked about, four questions each
BOOK = 1_000
BATCH = 250


async def _fill(database: Database, book: Sequence[Section]) -> None:
    materials, passages = MaterialStore(database), PassageStore(database)
    for start in range(0, len(book), BOOK):
        chapter = book[start : start + BOOK]
        material, _ = await materials.add(
            "local", material_id=new_id(), filename=f"book {start}.md", sha256=str(start), size=1
        )
        await materials.begin("local", material.id)
        for position in range(0, len(chapter), BATCH):
            drafts = [Draft(each.text, each.heading, None, 0, 0) for each in chapter[position : position + BATCH]]
            await passages.append("local", material.id, position, drafts)
        await materials.finish("local", material.id)


async def _ask(library: Library, asked: Sequence[tuple[str, str]]) -> tuple[float, list[float], list[float]]:
    """The recall among the first four; milliseconds by the clock, and of this process's work, for each question."""
    hits, clock, work = 0, [], []
    for question, heading in asked:
        began, worked = time.perf_counter(), time.process_time()
        found = await library.find("local", question)
        clock.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - worked) * 1000)
        hits += heading in {each.passage.title for each in found}
    return hits / len(asked), clock, work


async def _bare(database: Database, asked: Sequence[tuple[str, str]]) -> list[float]:
    """Milliseconds of a bare FTS5 query for any of a question's words, ranked by bm25: the yardstick."""
    took = []
    for question, _ in asked:
        words = [word for word in subject(question) if word.isalnum()]
        query = " OR ".join(f'"{word}"' for word in words)
        began = time.perf_counter()
        await database.fetch_all(
            "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ? ORDER BY rank LIMIT 4", (query,)
        )
        took.append((time.perf_counter() - began) * 1000)
    return took


def _told(label: str, measured: tuple[float, list[float], list[float]], bare: Sequence[float], most: int) -> None:
    recall, clock, work = measured
    print(
        f"  {label:38} recall {recall:.3f}; {median(clock):6.1f} ms at the median, {quantiles(clock, n=20)[-1]:6.1f} at"
        f" the slowest twentieth (target {most}); work {median(work):5.1f} ms;"
        f" ratio to bare FTS5 {median(clock) / median(bare):5.2f}"
    )


async def _measure(size: int, most: int) -> None:
    book = list(sections(size))
    some = Random(3).sample(book, TEXTBOOK_QUESTIONS)
    kinds = ("who", "where", "misspelt", "explain")
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "bench.sqlite3")
        library = Library(database)
        try:
            await _fill(database, book)
            for sample in samples():
                await library.add_sample("local", sample.name)
            await library.settled()
            await _ask(library, ANSWERED[:3])
            groups = {"sample notes": ANSWERED, "sample notes, in a student's words": PARAPHRASED}
            for at, kind in enumerate(kinds):
                groups[f"textbook, {kind}"] = [(each.questions[at], each.heading) for each in some]
            for label, asked in groups.items():
                _told(label, await _ask(library, asked), await _bare(database, asked), most)
        finally:
            await library.close()
            await database.close()


def retrieval(_rounds: int) -> None:
    """Recall of the right passage among the first four, and the time of a search."""
    for size, most in SIZES.items():
        print(f"retrieval among {size:,} passages; targets: recall 0.95, under {most} ms")
        asyncio.run(_measure(size, most))
