-- What stewards do beyond plain answers: cut clusters, choose golden values, name spellings, assign, comment, defer, sample, label.

-- The log takes in two more kinds of entries, and its CHECK cannot be changed in place. Members keep their decision through it all:
-- foreign keys are looked at when the migration ends.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE decision_before AS SELECT * FROM decision;
DROP TABLE decision;

-- Only ever appended to. An undo is an entry of its own that names the one it takes back.
CREATE TABLE decision (
  decision_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id      TEXT NOT NULL,
  answer       TEXT NOT NULL CHECK (answer IN ('same', 'different', 'related', 'unsure', 'golden', 'naming', 'undo')),
  undoes       INTEGER UNIQUE REFERENCES decision (decision_id),
  author       TEXT NOT NULL,
  decided_at   TEXT NOT NULL,
  reason       TEXT,
  fingerprint  INTEGER NOT NULL,
  summary      TEXT NOT NULL,
  -- 1: the records of each group were said to be one customer, too (a cluster that was cut).
  whole_groups INTEGER NOT NULL DEFAULT 0 CHECK (whole_groups IN (0, 1)),
  -- 1: all records were one customer when it was decided: what it parts, it cuts.
  was_one      INTEGER NOT NULL DEFAULT 0 CHECK (was_one IN (0, 1)),
  -- Of 'related': household, parent_child, business_of, other.
  relation     TEXT,
  -- Of the closest pair between two groups, as it was on the screen.
  match_weight REAL,
  -- Entries that were made in one go name the first of them; they are taken back in one go.
  batch        INTEGER REFERENCES decision (decision_id),
  CHECK ((answer = 'undo') = (undoes IS NOT NULL))
);
INSERT INTO decision (decision_id, item_id, answer, undoes, author, decided_at, reason, fingerprint, summary)
  SELECT decision_id, item_id, answer, undoes, author, decided_at, reason, fingerprint, summary FROM decision_before ORDER BY decision_id;
DROP TABLE decision_before;
CREATE INDEX decision_by_item ON decision (item_id);
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_removed BEFORE DELETE ON decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;

-- The standardised values that were on the screen, per record, as a JSON object: what "then" was when they change.
-- Values of a person can be taken out of here (and out of golden_deed); keys, fingerprints and the log stay.
CREATE TABLE decision_seen (
  decision_id        INTEGER NOT NULL REFERENCES decision (decision_id),
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  field_values       TEXT NOT NULL,
  PRIMARY KEY (decision_id, source_system, source_customer_id)
) WITHOUT ROWID;

-- An entry 'golden': a steward's word on one field of the customer that has the entry's records (decision_member, group 0).
CREATE TABLE golden_deed (
  decision_id        INTEGER PRIMARY KEY REFERENCES decision (decision_id),
  field              TEXT NOT NULL,
  action             TEXT NOT NULL CHECK (action IN ('take', 'type', 'pin', 'give_back')),
  -- Of 'type' and 'pin'.
  value              TEXT,
  -- Of 'take': the record whose value it is.
  source_system      TEXT,
  source_customer_id TEXT
);

-- An entry 'naming': what a spelling means. domain: branch, complaint_type. meaning NULL: it means none of those there are.
CREATE TABLE naming (
  decision_id INTEGER PRIMARY KEY REFERENCES decision (decision_id),
  domain      TEXT NOT NULL,
  spelling    TEXT NOT NULL,
  meaning     TEXT
);

-- What happened to an item besides answers. Only ever appended to; a text may be taken out (a person's data).
CREATE TABLE item_event (
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id  TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('assign', 'comment', 'defer', 'reopen')),
  author   TEXT NOT NULL,
  at       TEXT NOT NULL,
  -- The comment, or why it was deferred.
  text     TEXT,
  -- Of 'assign'; NULL: nobody any more.
  assignee TEXT,
  -- Of 'defer': the day from which it is open again; NULL: until somebody reopens it.
  until    TEXT
);
CREATE INDEX item_event_by_item ON item_event (item_id);
CREATE TRIGGER item_event_is_not_changed BEFORE UPDATE ON item_event WHEN new.text IS NOT NULL
  BEGIN SELECT raise(ABORT, 'item events are append-only'); END;
CREATE TRIGGER item_event_is_not_removed BEFORE DELETE ON item_event BEGIN SELECT raise(ABORT, 'item events are append-only'); END;

-- Notes from one shift to the next. recipient NULL: whoever comes.
CREATE TABLE hand_over (
  note_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  author    TEXT NOT NULL,
  at        TEXT NOT NULL,
  recipient TEXT,
  text      TEXT NOT NULL
);

-- The run that first asked a question.
CREATE TABLE item_seen (
  item_id   TEXT PRIMARY KEY,
  first_run INTEGER NOT NULL,
  first_at  TEXT NOT NULL
) WITHOUT ROWID;

-- A group of items of one evidence pattern and a blind sample out of it that is to prove what the rest is worth.
CREATE TABLE bulk (
  bulk_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  pattern     TEXT NOT NULL,
  answer      TEXT NOT NULL CHECK (answer IN ('same', 'different')),
  author      TEXT NOT NULL,
  at          TEXT NOT NULL,
  -- The most that may be wrong, and how sure the sample makes it.
  most_wrong  REAL NOT NULL,
  confidence  REAL NOT NULL,
  -- The first decision of the batch that it ended in.
  approved_by INTEGER REFERENCES decision (decision_id)
);
-- All items of the group; place: 1, 2, … in the sample, NULL: the rest.
CREATE TABLE bulk_item (
  bulk_id INTEGER NOT NULL REFERENCES bulk (bulk_id),
  item_id TEXT NOT NULL,
  place   INTEGER,
  PRIMARY KEY (bulk_id, item_id)
) WITHOUT ROWID;

-- Pairs dealt for the audit deck, ten a day. stratum_pairs: all pairs of the stratum when it was dealt (of 'not_blocked' about).
CREATE TABLE audit_pair (
  pair_id       INTEGER PRIMARY KEY AUTOINCREMENT,
  day           TEXT NOT NULL,
  stratum       TEXT NOT NULL,
  stratum_pairs REAL NOT NULL,
  match_weight  REAL NOT NULL,
  -- Were the two one customer when the pair was dealt?
  joined        INTEGER NOT NULL CHECK (joined IN (0, 1)),
  system_l      TEXT NOT NULL,
  id_l          TEXT NOT NULL,
  system_r      TEXT NOT NULL,
  id_r          TEXT NOT NULL,
  UNIQUE (day, system_l, id_l, system_r, id_r)
);

-- Answers about pairs that teach and measure and bind nothing. same NULL: cannot be said. The newest of a pair holds.
CREATE TABLE label (
  label_id INTEGER PRIMARY KEY AUTOINCREMENT,
  pair_id  INTEGER NOT NULL REFERENCES audit_pair (pair_id),
  same     INTEGER CHECK (same IN (0, 1)),
  author   TEXT NOT NULL,
  at       TEXT NOT NULL
);
CREATE TRIGGER label_is_not_changed BEFORE UPDATE ON label BEGIN SELECT raise(ABORT, 'labels are append-only'); END;
CREATE TRIGGER label_is_not_removed BEFORE DELETE ON label BEGIN SELECT raise(ABORT, 'labels are append-only'); END;
