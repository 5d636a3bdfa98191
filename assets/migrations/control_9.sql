-- Views of dashboards that a person saved.

CREATE TABLE dashboard_view (
  view_id    INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  page       TEXT NOT NULL,
  -- The filter as JSON.
  filter     TEXT NOT NULL,
  author     TEXT NOT NULL,
  made_at    TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  -- Taken away; kept so that it can come back.
  deleted_at TEXT
);
CREATE UNIQUE INDEX dashboard_view_by_name ON dashboard_view (name) WHERE deleted_at IS NULL;
