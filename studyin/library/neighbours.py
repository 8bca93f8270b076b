"""Passages that stand next to each other, found together: one passage, which says nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from studyin.library.search import Found
from studyin.store.materials import Passage
from studyin.store.passages import PassageStore

# In characters: three passages as they are cut. A longer one says too much to be cited as one.
LONGEST = 3_600


async def joined(passages: PassageStore, account_id: str, found: Sequence[Found]) -> Sequence[Found]:
    """The same with neighbours joined, in the place of the best of them; cited as the first, which is on their page.

    Only what stands under one heading on one page is joined, as a citation says both. The text is the material's: a
    table's header that its later parts repeat is in it once.
    """
    result: list[Found] = []
    for group in _groups(found):
        first, last = group[0].passage, group[-1].passage
        text = await passages.between(account_id, first, last) if len(group) > 1 else None
        if text is None:
            result += group
        else:
            whole = replace(first, content=text, end=last.end)
            result.append(Found(whole, max(each.coverage for each in group)))
    return result


def _groups(found: Sequence[Found]) -> Iterator[list[Found]]:
    """Neighbours in reading order, by the rank of the best in each group."""
    by_place = {(each.passage.material_id, each.passage.position): each for each in found}
    for each in found:
        if (each.passage.material_id, each.passage.position) not in by_place:
            continue
        material_id, first = each.passage.material_id, each.passage.position
        group = [by_place.pop((material_id, first))]
        for step in (-1, 1):
            position = first + step
            while (other := by_place.get((material_id, position))) and _join(group, other.passage):
                group.insert(0 if step < 0 else len(group), by_place.pop((material_id, position)))
                position += step
        yield group


def _join(group: Sequence[Found], passage: Passage) -> bool:
    first, last = group[0].passage, group[-1].passage
    length = max(last.end, passage.end) - min(first.start, passage.start)
    return (first.heading, first.page) == (passage.heading, passage.page) and 0 < length <= LONGEST
