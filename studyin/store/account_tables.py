"""The tables of who may come in, as one step of studyin.store.migrations; never changed once it was released."""

# Who may come in. Logins and invitations are kept as hashes of their random tokens: who reads the file can use none.
ACCOUNTS = (
    "ALTER TABLE accounts ADD COLUMN name_key TEXT",  # the name folded, by which one signs in; NULL: nobody can
    "ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'student' CHECK (role IN ('student', 'admin'))",
    "ALTER TABLE accounts ADD COLUMN password TEXT",  # argon2id, with its salt and costs
    "ALTER TABLE accounts ADD COLUMN disabled_at INTEGER",
    "CREATE UNIQUE INDEX accounts_by_name ON accounts (name_key)",
    """CREATE TABLE logins (
        id TEXT PRIMARY KEY, -- SHA-256 of the token, in hex
        account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX logins_of_account ON logins (account_id, created_at)",
    "CREATE INDEX logins_by_end ON logins (expires_at)",
    """CREATE TABLE invitations (
        id TEXT PRIMARY KEY, -- SHA-256 of the token, in hex
        account_id TEXT REFERENCES accounts(id) ON DELETE CASCADE, -- whose new password it is for; NULL: a new account
        name TEXT NOT NULL, -- as it was suggested, perhaps empty
        role TEXT NOT NULL CHECK (role IN ('student', 'admin')),
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX invitations_of_account ON invitations (account_id) WHERE account_id IS NOT NULL",
    # Browsers share cookies among all ports and paths of a host: with this in its name, each installation has its own.
    "CREATE TABLE installation (id TEXT PRIMARY KEY) STRICT",
    "INSERT INTO installation VALUES (lower(hex(randomblob(4))))",
)
