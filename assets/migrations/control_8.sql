-- When runs happen, what they told of themselves, and how long what they leave behind is kept.

-- Who began a run, and whether a person did or the schedule.
ALTER TABLE run ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN begun_by TEXT NOT NULL DEFAULT 'person' CHECK (begun_by IN ('person', 'schedule'));
UPDATE run SET author = coalesce((SELECT author FROM audit WHERE deed = 'run' AND subject = 'run ' || run_id ORDER BY audit_id LIMIT 1), '');

-- The report of a run; its files lie in reports/.
CREATE TABLE run_report (
  run_id       INTEGER PRIMARY KEY REFERENCES run (run_id),
  made_at      TEXT NOT NULL,
  -- run-0012, without its endings; NULL: it could not be written.
  file         TEXT,
  -- Why there is none.
  message      TEXT NOT NULL DEFAULT '',
  mail         TEXT NOT NULL CHECK (mail IN ('off', 'sent', 'failed')),
  mail_message TEXT NOT NULL DEFAULT ''
);
