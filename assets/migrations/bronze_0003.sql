-- Which batch brought a row of quarantine back, so that it can be taken back.
ALTER TABLE quarantine ADD COLUMN replayed_by INTEGER;
