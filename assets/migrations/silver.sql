-- The part of silver that is not made by SQL models: records, who they are, and what is left to ask.

CREATE TABLE silver.customer_record (
  record_id          INTEGER PRIMARY KEY,
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  {fields},
  {raws},
  updated_at         TEXT,
  flags              TEXT NOT NULL,
  file               TEXT NOT NULL,
  line               INTEGER NOT NULL
);

CREATE TABLE silver.bridge_customer_ids (
  customer_key       TEXT NOT NULL,
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  PRIMARY KEY (source_system, source_customer_id)
) WITHOUT ROWID;

CREATE TABLE silver.customer_key_alias (
  retired_key  TEXT PRIMARY KEY,
  customer_key TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE silver.dim_customer (
  customer_key TEXT PRIMARY KEY,
  {fields},
  records        INTEGER NOT NULL,
  sources        INTEGER NOT NULL,
  source_systems TEXT NOT NULL,
  updated_at     TEXT
) WITHOUT ROWID;

CREATE TABLE silver.golden_source (
  customer_key       TEXT NOT NULL,
  field              TEXT NOT NULL,
  value              TEXT NOT NULL,
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  rule               TEXT NOT NULL,
  PRIMARY KEY (customer_key, field)
) WITHOUT ROWID;

CREATE TABLE silver.review_item (
  item_id           TEXT PRIMARY KEY,
  kind              TEXT NOT NULL,
  match_weight      REAL NOT NULL,
  match_probability REAL NOT NULL,
  pattern           TEXT NOT NULL,
  telling_place     INTEGER NOT NULL,
  -- Of a contradiction: the earlier decision, and why it no longer fits.
  about_decision    INTEGER,
  why               TEXT
) WITHOUT ROWID;

CREATE TABLE silver.review_member (
  item_id   TEXT NOT NULL,
  group_no  INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (item_id, group_no, record_id)
) WITHOUT ROWID;

-- Customers that people said belong together though they are not one. Both ways round.
CREATE TABLE silver.customer_relation (
  customer_key TEXT NOT NULL,
  related_key  TEXT NOT NULL,
  relation     TEXT NOT NULL,
  decision_id  INTEGER NOT NULL,
  PRIMARY KEY (customer_key, related_key)
) WITHOUT ROWID;

CREATE TABLE silver.shared_value (
  field   TEXT NOT NULL,
  value   TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (field, value)
) WITHOUT ROWID;

CREATE TABLE silver.pending_review (
  customer_key TEXT PRIMARY KEY,
  items        INTEGER NOT NULL
) WITHOUT ROWID;
