-- Models that predict, what they were measured at, and the worklist of customers that may leave.

CREATE TABLE prediction_model (
  model_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  -- churn or loan_default
  target      TEXT NOT NULL,
  -- Counts within its target.
  version     INTEGER NOT NULL,
  stage       TEXT NOT NULL CHECK (stage IN ('candidate', 'production', 'archived')),
  trained_at  TEXT NOT NULL,
  author      TEXT NOT NULL,
  -- The as-of date of the data it was trained on.
  as_of       TEXT NOT NULL,
  -- SHA-256 of the rows it was trained on.
  data_hash   TEXT NOT NULL,
  parameters  TEXT NOT NULL,
  -- What it was measured at, as JSON: AUC per fold with its interval, calibration, gain.
  metrics     TEXT NOT NULL,
  program     TEXT NOT NULL,
  -- The model itself: JSON, compressed with zstd, and its SHA-256.
  bytes       BLOB NOT NULL,
  sha256      TEXT NOT NULL,
  UNIQUE (target, version)
);
-- One model of a target predicts.
CREATE UNIQUE INDEX prediction_model_production ON prediction_model (target) WHERE stage = 'production';

-- What was done about customers that may leave: append-only, the newest row of a customer that was not taken back holds.
CREATE TABLE worklist_entry (
  entry_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_key INTEGER NOT NULL,
  at           TEXT NOT NULL,
  author       TEXT NOT NULL,
  owner        TEXT,
  status       TEXT NOT NULL CHECK (status IN ('open', 'contacted', 'in_progress', 'done')),
  outcome      TEXT CHECK (outcome IN ('stayed', 'left', 'no_answer', 'not_interested')),
  campaign     TEXT,
  -- The entry was taken back by this author.
  undone_by    TEXT,
  undone_at    TEXT
);
CREATE INDEX worklist_entry_by_customer ON worklist_entry (customer_key, entry_id);

-- How far features and scores had moved from training when a gold was built.
CREATE TABLE model_watch (
  gold_version   INTEGER NOT NULL,
  target         TEXT NOT NULL,
  model_version  INTEGER NOT NULL,
  as_of          TEXT NOT NULL,
  customers      INTEGER NOT NULL,
  critical_share REAL NOT NULL,
  -- Population stability index of the scores and of every feature, as JSON.
  drift          TEXT NOT NULL,
  -- Share of customers whom the rule and the model put in the same tier; NULL: there is no rule score.
  agreement      REAL,
  PRIMARY KEY (gold_version, target)
) WITHOUT ROWID;
