-- which folder was refused: one that was filled anew since is taken by the next scheduled run
ALTER TABLE intake.refusal ADD COLUMN mark text;
COMMENT ON COLUMN intake.refusal.mark IS 'SHA-256 of the manifest of the folder that was refused; empty: it could not be read.';
