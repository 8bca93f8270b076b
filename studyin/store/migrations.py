"""The shape of the file, one numbered step after the other; a step that was released is never changed."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import aiosqlite

from studyin.errors import StartupError
from studyin.store.account_tables import ACCOUNTS
from studyin.store.session_tables import SHOWN, WANTED
from studyin.store.spelling import folded_text, vocabulary_json

log = logging.getLogger(__name__)

# Times are milliseconds since 1970 (UTC), ids are random text, JSON is text. STRICT: a wrong type is an error.
FIRST = (
    """CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT""",
    "INSERT INTO accounts VALUES ('local', 'Student', 0)",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        leaf_id TEXT, -- the last message of the branch that is shown
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX sessions_listed ON sessions (account_id, pinned DESC, updated_at DESC, id DESC)",
    """CREATE TABLE messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        -- Deferred, not cascading: SQLite cascades a chain of messages only 1,000 deep.
        parent_id TEXT REFERENCES messages(id) DEFERRABLE INITIALLY DEFERRED,
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        status TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'stopped', 'interrupted', 'failed')),
        content TEXT NOT NULL,
        thinking TEXT NOT NULL DEFAULT '',
        client_id TEXT,
        controls TEXT NOT NULL, -- JSON: how the student asked to be taught
        coach TEXT,
        model TEXT,
        usage TEXT, -- JSON
        error TEXT, -- JSON: code and message
        notices TEXT NOT NULL DEFAULT '[]', -- JSON
        dialogue TEXT NOT NULL DEFAULT '{}', -- JSON: what the coach knows after this reply
        created_at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX messages_of_session ON messages (session_id, seq)",
    "CREATE INDEX messages_of_parent ON messages (parent_id)",
    "CREATE INDEX messages_running ON messages (session_id) WHERE status = 'streaming'",
    "CREATE UNIQUE INDEX messages_sent_once ON messages (session_id, client_id) WHERE client_id IS NOT NULL",
    "CREATE INDEX messages_of_client ON messages (client_id) WHERE client_id IS NOT NULL",
    # A copy, not a reference: the quotation outlives the material it was taken from.
    """CREATE TABLE reply_passages (
        message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        number INTEGER NOT NULL, -- [[1]] is number 1
        passage_id TEXT NOT NULL,
        material_id TEXT NOT NULL,
        filename TEXT NOT NULL,
        position INTEGER NOT NULL,
        page INTEGER,
        heading TEXT NOT NULL,
        content TEXT NOT NULL,
        coverage REAL NOT NULL,
        PRIMARY KEY (message_id, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reply_passages_of_material ON reply_passages (material_id)",
    "CREATE VIRTUAL TABLE messages_fts USING fts5(content, content='messages', content_rowid='seq',"
    " tokenize='porter unicode61')",
    # Only what is finished is indexed, and a finished message never changes: a growing reply costs no index work.
    """CREATE TRIGGER messages_indexed AFTER INSERT ON messages WHEN new.status <> 'streaming' BEGIN
        INSERT INTO messages_fts (rowid, content) VALUES (new.seq, new.content);
    END""",
    """CREATE TRIGGER messages_finished AFTER UPDATE OF status ON messages
    WHEN old.status = 'streaming' AND new.status <> 'streaming' BEGIN
        INSERT INTO messages_fts (rowid, content) VALUES (new.seq, new.content);
    END""",
    """CREATE TRIGGER messages_removed AFTER DELETE ON messages WHEN old.status <> 'streaming' BEGIN
        INSERT INTO messages_fts (messages_fts, rowid, content) VALUES ('delete', old.seq, old.content);
    END""",
    """CREATE TABLE materials (
        id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        filename TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('queued', 'reading', 'ready', 'failed')),
        error TEXT,
        pages INTEGER,
        passages INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        UNIQUE (account_id, sha256)
    ) STRICT""",
    """CREATE TABLE material_texts (
        material_id TEXT PRIMARY KEY REFERENCES materials(id) ON DELETE CASCADE,
        content TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE passages (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        material_id TEXT NOT NULL REFERENCES materials(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        page INTEGER,
        heading TEXT NOT NULL,
        content TEXT NOT NULL,
        "start" INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        UNIQUE (material_id, position)
    ) STRICT""",
    "CREATE VIRTUAL TABLE passages_fts USING fts5(heading, content, content='passages', content_rowid='seq',"
    " tokenize='porter unicode61')",
    """CREATE TRIGGER passages_indexed AFTER INSERT ON passages BEGIN
        INSERT INTO passages_fts (rowid, heading, content) VALUES (new.seq, new.heading, new.content);
    END""",
    """CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
        INSERT INTO passages_fts (passages_fts, rowid, heading, content)
        VALUES ('delete', old.seq, old.heading, old.content);
    END""",
)

# A material's text comes piece by piece while it is read, and is written once: joining each piece to one long text
# would write the whole of it again each time.
PIECEWISE = (
    """CREATE TABLE material_parts (
        seq INTEGER PRIMARY KEY,
        material_id TEXT NOT NULL REFERENCES materials(id) ON DELETE CASCADE,
        "start" INTEGER NOT NULL, -- in characters; the parts of a material follow each other without a gap
        content TEXT NOT NULL,
        UNIQUE (material_id, "start")
    ) STRICT""",
    'INSERT INTO material_parts (material_id, "start", content) SELECT material_id, 0, content FROM material_texts',
    "DROP TABLE material_texts",
    "ALTER TABLE materials ADD COLUMN pages_read INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE materials ADD COLUMN notice TEXT",  # what of a ready material could not be read, in words
)

# How a session is taught, and from what, belongs to the session: another browser goes on with both.
CHOSEN = (
    "ALTER TABLE sessions ADD COLUMN controls TEXT",  # JSON, as its last question was asked; NULL before one is
    """UPDATE sessions SET controls = (
        SELECT controls FROM messages WHERE session_id = sessions.id AND role = 'user' ORDER BY seq DESC LIMIT 1
    )""",
    # The materials that a session is limited to; none: all of them, also those that come later.
    """CREATE TABLE session_materials (
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        material_id TEXT NOT NULL REFERENCES materials(id) ON DELETE CASCADE,
        PRIMARY KEY (session_id, material_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX session_materials_of_material ON session_materials (material_id)",
)

# What the stemmed index can't tell: how the words of a material are spelt, which is less than all of its text by far;
# and the folded text of those passages that have a letter beyond ASCII, which FTS5 folds in its own way.
SPELLINGS = (
    """CREATE TABLE vocabularies (
        seq INTEGER PRIMARY KEY,
        material_id TEXT NOT NULL UNIQUE REFERENCES materials(id) ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE words (
        seq INTEGER PRIMARY KEY,
        vocabulary INTEGER NOT NULL REFERENCES vocabularies(seq) ON DELETE CASCADE,
        word TEXT NOT NULL,
        UNIQUE (vocabulary, word)
    ) STRICT""",
    # Between blanks, so that a trigram tells whether it begins or ends the word.
    "CREATE VIRTUAL TABLE words_fts USING fts5(word, content='', columnsize=0, tokenize='trigram')",
    """CREATE TRIGGER words_indexed AFTER INSERT ON words BEGIN
        INSERT INTO words_fts (rowid, word) VALUES (new.seq, ' ' || new.word || ' ');
    END""",
    """CREATE TRIGGER words_removed AFTER DELETE ON words BEGIN
        INSERT INTO words_fts (words_fts, rowid, word) VALUES ('delete', old.seq, ' ' || old.word || ' ');
    END""",
    """CREATE TABLE folded_passages (
        seq INTEGER PRIMARY KEY REFERENCES passages(seq) ON DELETE CASCADE,
        content TEXT NOT NULL
    ) STRICT""",
    "CREATE VIRTUAL TABLE folded_fts USING fts5(content, content='folded_passages', content_rowid='seq',"
    " tokenize=\"porter unicode61 categories 'L* M* N* Co'\")",  # the vowels of Thai are marks
    """CREATE TRIGGER folded_indexed AFTER INSERT ON folded_passages BEGIN
        INSERT INTO folded_fts (rowid, content) VALUES (new.seq, new.content);
    END""",
    """CREATE TRIGGER folded_removed AFTER DELETE ON folded_passages BEGIN
        INSERT INTO folded_fts (folded_fts, rowid, content) VALUES ('delete', old.seq, old.content);
    END""",
    "INSERT INTO vocabularies (material_id) SELECT DISTINCT material_id FROM passages",
    "INSERT OR IGNORE INTO words (vocabulary, word) SELECT v.seq, w.value FROM passages p"
    " JOIN vocabularies v ON v.material_id = p.material_id"
    " JOIN json_each(vocabulary_json(p.heading || ' ' || p.content)) w",
    "INSERT INTO folded_passages SELECT seq, folded_text(heading || ' ' || content) FROM passages"
    " WHERE folded_text(heading || ' ' || content) <> ''",
)

# What became of comparing what a reply says with the passages it cites.
CHECKED = ("ALTER TABLE messages ADD COLUMN citations TEXT NOT NULL DEFAULT '[]'",)  # JSON

# Where a card was cut from is a copy, so that it outlives the material; where it was kept, its session and message,
# is forgotten with those.
CARDS = (
    """CREATE TABLE cards (
        id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        form TEXT NOT NULL CHECK (form IN ('gap', 'list', 'explain')),
        front TEXT NOT NULL, -- Markdown, as is the back
        back TEXT NOT NULL,
        quotation TEXT NOT NULL, -- the notes word for word; empty on a card of the student's own
        source TEXT, -- JSON: material, passage, page and heading
        session_id TEXT REFERENCES sessions(id) ON DELETE SET NULL,
        message_id TEXT REFERENCES messages(id) ON DELETE SET NULL,
        proposal INTEGER, -- which of the message's proposed cards it is
        -- FSRS: 1 is being learned, 2 is known, 3 was forgotten
        state INTEGER NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),
        step INTEGER,
        stability REAL, -- in days
        difficulty REAL,
        due INTEGER NOT NULL,
        last_review INTEGER,
        reviews INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX cards_due ON cards (account_id, due, id)",
    "CREATE INDEX cards_listed ON cards (account_id, created_at DESC, id DESC)",
    "CREATE INDEX cards_of_session ON cards (session_id) WHERE session_id IS NOT NULL",
    "CREATE INDEX cards_of_message ON cards (message_id) WHERE message_id IS NOT NULL",
    "CREATE UNIQUE INDEX cards_kept_once ON cards (message_id, proposal)"
    " WHERE message_id IS NOT NULL AND proposal IS NOT NULL",
    """CREATE TABLE card_reviews (
        card_id TEXT NOT NULL REFERENCES cards(id) ON DELETE CASCADE,
        number INTEGER NOT NULL, -- the first is 1
        rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4), -- as FSRS counts: 1 again, 3 good
        reviewed_at INTEGER NOT NULL,
        PRIMARY KEY (card_id, number)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE messages ADD COLUMN proposals TEXT NOT NULL DEFAULT '[]'",  # JSON: cards that may be kept
)

# Kept with the session, and gone with it: what counts longer is a card.
INSIGHTS = (
    """CREATE TABLE insights (
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        content TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        UNIQUE (message_id, content)
    ) STRICT""",
    "CREATE INDEX insights_of_session ON insights (session_id, created_at, id)",
)

# Of who added a material: what could not be read of it is said when nobody may be there to ask.
SPOKEN = ("ALTER TABLE materials ADD COLUMN language TEXT NOT NULL DEFAULT 'en'",)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    *(FIRST, PIECEWISE, CHOSEN, SPELLINGS, CHECKED, CARDS, INSIGHTS, ACCOUNTS, SPOKEN, SHOWN, WANTED),
)

# What tells our file from any other SQLite file, in every version of it.
OUR_TABLES = frozenset({"accounts", "sessions", "messages", "materials"})
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"


async def migrate(connection: aiosqlite.Connection, path: Path) -> None:
    """Bring the file to the newest shape, each step in one transaction, after a backup of what there is.

    Raises StartupError where the file is of a newer version than this program, or another program's.
    """
    version = await _version(connection)
    if version > len(MIGRATIONS):
        raise StartupError(
            f"The data file {path} has version {version}, and this Studyin knows versions up to {len(MIGRATIONS)}. "
            "Install the newer Studyin that wrote it, or name another folder with --data-dir."
        )
    tables = {name for (name,) in await connection.execute_fetchall(TABLES)}
    if (version or tables) and not tables >= OUR_TABLES:
        raise StartupError(
            f"Expected {path} to be a data file of Studyin, got another program's database. Move it away, or name "
            "another folder with --data-dir."
        )
    if 0 < version < len(MIGRATIONS):
        backup = path.with_name(f"{path.stem}-v{version}-{time.strftime('%Y%m%d-%H%M%S')}.backup{path.suffix}")
        await connection.execute("VACUUM INTO ?", (str(backup),))
        log.info("backed up the data file to %s before changing its shape", backup)
    # For filling a new index from the rows of an older shape; no trigger calls them, so that any program can write.
    for function in (vocabulary_json, folded_text):
        await connection.create_function(function.__name__, 1, function, deterministic=True)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        await connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                await connection.execute(statement)
            await connection.execute(f"PRAGMA user_version = {number}")
            await connection.execute("COMMIT")
        except BaseException:
            await connection.rollback()
            raise


async def require_newest(connection: aiosqlite.Connection, path: Path) -> None:
    """For who shares the file with a running server, which may not find it changed. Raises StartupError."""
    version = await _version(connection)
    if version != len(MIGRATIONS):
        raise StartupError(
            f"The server that uses {path} is of another version of Studyin than this command. Restart it, then try "
            "again."
        )


async def _version(connection: aiosqlite.Connection) -> int:
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    return int(rows[0][0])
