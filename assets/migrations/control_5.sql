-- Results of data tests, kept for trends, and the scores of tables.

CREATE TABLE test_run (
  test_run_id INTEGER PRIMARY KEY AUTOINCREMENT,
  at          TEXT NOT NULL,
  author      TEXT NOT NULL,
  -- The run that they were part of; NULL: they were run alone.
  run_id      INTEGER REFERENCES run (run_id),
  passed      INTEGER NOT NULL,
  warnings    INTEGER NOT NULL,
  errors      INTEGER NOT NULL
);

CREATE TABLE test_result (
  test_run_id  INTEGER NOT NULL REFERENCES test_run (test_run_id),
  name         TEXT NOT NULL,
  table_name   TEXT NOT NULL,
  column_name  TEXT,
  kind         TEXT NOT NULL,
  severity     TEXT NOT NULL CHECK (severity IN ('error', 'warn')),
  -- broken: the test itself could not be run.
  outcome      TEXT NOT NULL CHECK (outcome IN ('pass', 'warn', 'error', 'broken')),
  failing_rows INTEGER NOT NULL,
  checked_rows INTEGER NOT NULL,
  seconds      REAL NOT NULL,
  message      TEXT NOT NULL,
  sql          TEXT NOT NULL,
  PRIMARY KEY (test_run_id, table_name, name)
) WITHOUT ROWID;
CREATE INDEX test_result_by_test ON test_result (table_name, name, test_run_id);

-- The score of a table when it was profiled; each part 0 to 1, NULL where nothing tells.
CREATE TABLE table_score (
  table_name  TEXT NOT NULL,
  at          TEXT NOT NULL,
  rows        INTEGER NOT NULL,
  complete    REAL,
  valid       REAL,
  unique_part REAL,
  fresh       REAL,
  score       REAL NOT NULL,
  PRIMARY KEY (table_name, at)
) WITHOUT ROWID;
