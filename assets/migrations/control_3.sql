-- Which workspace this is, on every laptop that has a copy of it.
INSERT OR IGNORE INTO setting (name, value) VALUES ('workspace.id', lower(hex(randomblob(16))));
-- Decisions up to here were made before there were seals.
INSERT INTO setting (name, value) SELECT 'seal.begins_after', coalesce(max(decision_id), 0) FROM decision;

-- People who act under a key. One row per enrolment: a new key is a new row, the old one is retired and still proves what it signed.
CREATE TABLE person (
  person_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL,
  role        TEXT NOT NULL CHECK (role IN ('steward', 'approver', 'engineer', 'analyst')),
  public_key  TEXT NOT NULL UNIQUE,
  enrolled_at TEXT NOT NULL,
  retired_at  TEXT,
  -- The audit rows of enrolment and retirement: between them everything of this name is signed.
  enrolled_in INTEGER NOT NULL,
  retired_in  INTEGER
);
CREATE UNIQUE INDEX person_by_name ON person (name) WHERE retired_at IS NULL;

-- What proves a decision. The digest covers all of it; the signature covers the digest.
CREATE TABLE decision_seal (
  decision_id INTEGER PRIMARY KEY REFERENCES decision (decision_id),
  -- The decision's name on every laptop.
  uid         TEXT NOT NULL UNIQUE,
  -- Keeps the digest from being guessed once the text is erased; erased with it.
  salt        TEXT NOT NULL,
  digest      TEXT NOT NULL,
  public_key  TEXT,
  signature   TEXT,
  -- The pack it came with; empty where it was made here.
  pack        TEXT,
  CHECK ((public_key IS NULL) = (signature IS NULL))
);

-- The author's signature of an audit row's hash, where the author is enrolled.
CREATE TABLE audit_seal (
  audit_id   INTEGER PRIMARY KEY REFERENCES audit (audit_id),
  public_key TEXT NOT NULL,
  signature  TEXT NOT NULL
);

-- Decisions that wait for a second person, and decisions of a pack that contradict one made here.
CREATE TABLE proposal (
  proposal_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL CHECK (kind IN ('four_eyes', 'contradiction')),
  -- The decision as JSON with its seal, to be entered as it stands.
  body        TEXT NOT NULL,
  uid         TEXT NOT NULL UNIQUE,
  item_id     TEXT NOT NULL,
  author      TEXT NOT NULL,
  why         TEXT NOT NULL,
  -- The decision made here that it contradicts.
  against     INTEGER REFERENCES decision (decision_id),
  proposed_at TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('open', 'approved', 'returned')),
  answered_by TEXT,
  answered_at TEXT,
  comment     TEXT,
  decision_id INTEGER REFERENCES decision (decision_id)
);
CREATE INDEX proposal_by_item ON proposal (item_id);

-- Packs that were read, so that an older one is known.
CREATE TABLE pack (
  pack_id     TEXT PRIMARY KEY,
  laptop      TEXT NOT NULL,
  made_by     TEXT NOT NULL,
  made_at     TEXT NOT NULL,
  number      INTEGER NOT NULL,
  imported_at TEXT NOT NULL
) WITHOUT ROWID;

-- Identifiers of erased people, hashed under the workspace's own salt: rows that bring them again come in empty.
CREATE TABLE erased_key (
  hash      TEXT PRIMARY KEY,
  -- What stands in its place where the identifier was itself a personal value; NULL where it stays.
  pseudonym TEXT
) WITHOUT ROWID;
