-- Bronze: every row as it came. Source tables (T_rows and the views T, T_all) are made as their files arrive.

CREATE TABLE batch (
    batch_id       INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name     TEXT,
    source_system  TEXT,
    profile        TEXT,
    load           TEXT,
    file_name      TEXT NOT NULL,
    file_path      TEXT NOT NULL,
    size_bytes     INTEGER NOT NULL,
    sha256         TEXT NOT NULL,
    encoding       TEXT,
    delimiter      TEXT,
    rows_read      INTEGER NOT NULL DEFAULT 0,
    rows_rejected  INTEGER NOT NULL DEFAULT 0,
    rows_loaded    INTEGER NOT NULL DEFAULT 0,
    duplicate_keys INTEGER NOT NULL DEFAULT 0,
    status         TEXT NOT NULL,
    message        TEXT NOT NULL DEFAULT '',
    flags          TEXT NOT NULL DEFAULT '[]',
    columns        TEXT NOT NULL DEFAULT '[]',
    first_rowid    INTEGER,
    last_rowid     INTEGER,
    -- 1: nobody will see these rows again, they are to be deleted.
    sweep          INTEGER NOT NULL DEFAULT 0,
    -- First and last business date among the rows.
    first_date     TEXT,
    last_date      TEXT,
    ingested_at    TEXT NOT NULL,
    seconds        REAL NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX batch_by_table ON batch (table_name, source_system, status, batch_id);

CREATE TABLE quarantine (
    quarantine_id INTEGER PRIMARY KEY,
    batch_id      INTEGER NOT NULL REFERENCES batch (batch_id),
    table_name    TEXT NOT NULL,
    file_name     TEXT NOT NULL,
    line          INTEGER NOT NULL,
    column_name   TEXT NOT NULL,
    reason        TEXT NOT NULL,
    raw_text      TEXT NOT NULL,
    -- loading while its file is being read, then open; superseded once a later file of the table was loaded whole.
    state         TEXT NOT NULL
) STRICT;

CREATE INDEX quarantine_by_batch ON quarantine (batch_id, line);

CREATE TABLE drift (
    batch_id    INTEGER NOT NULL REFERENCES batch (batch_id),
    table_name  TEXT NOT NULL,
    column_name TEXT NOT NULL,
    kind        TEXT NOT NULL,
    detail      TEXT NOT NULL
) STRICT;

CREATE TABLE source_table (
    table_name    TEXT NOT NULL,
    source_system TEXT NOT NULL,
    load          TEXT NOT NULL,
    key_columns   TEXT NOT NULL,
    -- Every column that a loaded batch brought, in order of arrival.
    columns       TEXT NOT NULL,
    PRIMARY KEY (table_name, source_system)
) STRICT, WITHOUT ROWID;
