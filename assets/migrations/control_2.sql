-- The records that a key held when it retired: if they are parted again, they get it back.
CREATE TABLE retired_member (
  customer_key       INTEGER NOT NULL REFERENCES customer_key (customer_key),
  source_system      TEXT NOT NULL,
  source_customer_id TEXT NOT NULL,
  PRIMARY KEY (customer_key, source_system, source_customer_id)
) WITHOUT ROWID;
