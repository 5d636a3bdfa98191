-- Files that a watched folder brought, the newest state of each, with the time from their arrival until live gold showed them.

CREATE TABLE watched_file (
  path        TEXT PRIMARY KEY,
  -- As it was when it was taken: a file of another size or time is another one.
  size_bytes  INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  -- Its last byte was written, or it was renamed into the folder.
  arrived_at  TEXT NOT NULL,
  taken_at    TEXT NOT NULL,
  table_name  TEXT,
  rows        INTEGER NOT NULL,
  status      TEXT NOT NULL,
  message     TEXT NOT NULL,
  -- Seconds from arrival to live gold; NULL: it waits for a run, was there before the folder was watched, or failed.
  delay       REAL
) WITHOUT ROWID;
CREATE INDEX watched_file_by_time ON watched_file (taken_at);
