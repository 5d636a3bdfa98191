-- What people did and what must not drift. Cannot be recomputed from anything else.

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Only ever appended to. An undo is an entry of its own that names the one it takes back.
CREATE TABLE decision (
  decision_id INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id     TEXT NOT NULL,
  answer      TEXT NOT NULL CHECK (answer IN ('same', 'different', 'related', 'unsure', 'undo')),
  undoes      INTEGER UNIQUE REFERENCES decision (decision_id),
  author      TEXT NOT NULL,
  decided_at  TEXT NOT NULL,
  reason      TEXT,
  fingerprint INTEGER NOT NULL,
  summary     TEXT NOT NULL,
  CHECK ((answer = 'undo') = (undoes IS NOT NULL))
);
CREATE INDEX decision_by_item ON decision (item_id);

CREATE TABLE decision_member (
  decision_id        INTEGER NOT NULL REFERENCES decision (decision_id),
  group_no           INTEGER NOT NULL,
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  PRIMARY KEY (decision_id, group_no, source_system, source_customer_id)
) WITHOUT ROWID;
CREATE INDEX decision_by_record ON decision_member (source_system, source_customer_id);

-- record -> customer. A customer's key is a number here and written C-1042 elsewhere.
CREATE TABLE customer_identity (
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  customer_key       INTEGER NOT NULL,
  PRIMARY KEY (source_system, source_customer_id)
) WITHOUT ROWID;

CREATE TABLE customer_key (
  customer_key INTEGER PRIMARY KEY,
  born_run     INTEGER NOT NULL,
  retired_into INTEGER,
  retired_run  INTEGER
);

-- The matching model with its term-frequency tables, as JSON. The newest is the pinned one.
CREATE TABLE model (
  model_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id     INTEGER NOT NULL,
  records    INTEGER NOT NULL,
  sources    TEXT NOT NULL,
  model      TEXT NOT NULL
);

CREATE TABLE run (
  run_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at      TEXT NOT NULL,
  finished_at     TEXT,
  state           TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  pinned_decision INTEGER NOT NULL,
  pinned_batches  TEXT NOT NULL,
  as_of           TEXT,
  program         TEXT NOT NULL,
  outcome         TEXT,
  message         TEXT
);

CREATE TABLE gold_version (
  version      INTEGER PRIMARY KEY,
  run_id       INTEGER NOT NULL,
  built_at     TEXT NOT NULL,
  as_of        TEXT NOT NULL,
  customers    INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  silver_hash  TEXT NOT NULL,
  tests        TEXT NOT NULL
);

-- The last row is the pointer: the gold that people see.
CREATE TABLE publish_log (
  publish_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  version      INTEGER NOT NULL REFERENCES gold_version (version),
  deed         TEXT NOT NULL CHECK (deed IN ('publish', 'rollback')),
  published_at TEXT NOT NULL,
  author       TEXT NOT NULL
);

-- Append-only; each row's hash covers the row before.
CREATE TABLE audit (
  audit_id INTEGER PRIMARY KEY AUTOINCREMENT,
  at       TEXT NOT NULL,
  author   TEXT NOT NULL,
  deed     TEXT NOT NULL,
  subject  TEXT NOT NULL,
  detail   TEXT NOT NULL,
  hash     TEXT NOT NULL
);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_removed BEFORE DELETE ON decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
