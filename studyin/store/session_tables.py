"""What sessions have got since, as steps of studyin.store.migrations; never changed once they were released."""

# When a message was last made, or chosen, to be the end of the branch that is shown; in microseconds: no two are one.
SHOWN = ("ALTER TABLE messages ADD COLUMN shown_at INTEGER NOT NULL DEFAULT 0",)

# Of a session that was brought along: the files it was limited to elsewhere, and that are not here yet.
WANTED = (
    """CREATE TABLE session_wanted (
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (session_id, sha256)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX session_wanted_of_file ON session_wanted (sha256)",
)
