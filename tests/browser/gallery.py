"""A session that has a reply in every state and with every kind of content, and its notes: for looking at all of it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from tests.browser.server import Studyin

SESSION = "ga" + "1" * 30
NOTES = "cell biology.md"

ANSWER = """Most of a cell's ATP is made on the **inner membrane** of the mitochondrion. Your notes put it like this:

> The inner membrane is folded into cristae, which enlarge the surface on which ATP synthase sits. [[1]]

The folding matters because the *number of enzymes* that fit on a membrane grows with its area[^area]. Compare:

| Stage | Where | ATP per glucose |
| --- | --- | ---: |
| Glycolysis | Cytosol | 2 |
| Krebs cycle | Matrix | 2 |
| Oxidative phosphorylation | Inner membrane | 26 to 28 [[2]] |

### What drives the enzyme

1. Electrons pass along the chain and pump protons outwards, says `cytochrome c`.
2. Protons flow back through ATP synthase, and the enzyme turns; see [a figure](https://example.org/figure).
   - [x] seen
   - [ ] ~~forgotten~~ to be learnt, H~2~O and all

---

The free energy of that flow is
$$\\Delta G = -n F \\Delta p = -n F \\left( \\Delta \\psi - \\frac{2.3 R T}{F} \\Delta \\mathrm{pH} \\right)$$

```python
def atp(glucose: int) -> int:
    \"\"\"Without losses.\"\"\"
    return glucose * (2 + 2 + 26)  # of each stage
```

It freezes whole oceans at night [[1]]. What would happen to the yield if the inner membrane leaked protons?

[^area]: A sheet of two sides has twice the room.
"""

PASSAGES = [
    (
        "Mitochondria",
        "The inner membrane is folded into cristae, which enlarge the surface on which ATP synthase sits.",
    ),
    ("Cell › Yield", "Oxidative phosphorylation yields about 26 to 28 ATP for each molecule of glucose."),
]


def hang(server: Studyin) -> None:
    """Put it into the data file: the session's questions and replies are named q1, r1, q2, and so on."""
    with closing(sqlite3.connect(server.data / "studyin.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO sessions (id, account_id, title, created_at, updated_at, leaf_id)"
            " VALUES (?, 'local', 'Where ATP is made', 1, 1, 'r4')",
            (SESSION,),
        )
        _say(database, "q1", None, "Where does a cell make most of its ATP, and why there?")
        _say(database, "r1", "q1", ANSWER, thinking="They ask for a place and a reason.", proposes=True)
        for number, (heading, words) in enumerate(PASSAGES, start=1):
            database.execute(
                "INSERT INTO reply_passages VALUES ('r1', ?, 'p', 'm', ?, ?, ?, ?, ?, 1)",
                (number, NOTES, number, number, heading, words),
            )
        _say(database, "q2-once", "r1", "And in plants?")
        _say(database, "q2", "r1", "And in plants, by day?")
        _say(database, "r2", "q2", "The chloroplast makes", status="stopped")
        _say(database, "q3", "r2", "What holds its chlorophyll?")
        _say(database, "r3", "q3", "Its thylakoid", status="interrupted")
        _say(database, "q4", "r3", "Why is it green?")
        _say(database, "r4", "q4", "", status="failed")
        database.execute(
            "INSERT INTO insights (id, session_id, message_id, content, created_at)"
            " VALUES ('i1', ?, 'r1', 'The inner membrane is folded into cristae.', 1)",
            (SESSION,),
        )


def _say(
    database: sqlite3.Connection,
    message: str,
    parent: str | None,
    content: str,
    *,
    status: str = "complete",
    thinking: str = "",
    proposes: bool = False,
) -> None:
    is_reply = message.startswith("r")
    error = {
        "code": "provider_unreachable",
        "message": "The model server can't be reached. Try again.",
        "retryable": True,
    }
    card = {"form": "gap", "front": "The inner membrane is folded into ____.", "back": "cristae", "quotation": ""}
    notice = {"code": "doubtful_citation", "message": "A source has a question mark: its passage does not say that."}
    doubt = [{"number": 1, "supported": True}, {"number": 2, "supported": True}, {"number": 1, "supported": False}]
    database.execute(
        "INSERT INTO messages (id, session_id, parent_id, role, status, content, thinking, controls, coach, model,"
        " error, notices, citations, proposals, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, '{}', ?, ?, ?, ?, ?, ?, 1)",
        (
            *(message, SESSION, parent, "assistant" if is_reply else "user", status, content, thinking),
            *(("openai", "scripted-1") if is_reply else (None, None)),
            json.dumps(error) if status == "failed" else None,
            *(json.dumps(value if proposes else []) for value in ([notice], doubt, [{**card, "source": None}])),
        ),
    )
