-- Parts of topics, so that a file that was not delivered shows as a gap.

ALTER TABLE batch ADD COLUMN offsets TEXT;

-- Rows of quarantine that were mended come in with a batch of their own, which belongs to the one that lacked them.
ALTER TABLE batch ADD COLUMN of_batch INTEGER;
ALTER TABLE quarantine ADD COLUMN mended_text TEXT;
