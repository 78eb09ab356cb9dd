-- a refusal is read in Dutch, and in English on the switch of the unit's page
ALTER TABLE intake.refusal ADD COLUMN reason_en text;
COMMENT ON COLUMN intake.refusal.reason IS 'What is wrong and what the unit has to do, in Dutch; never a value.';
COMMENT ON COLUMN intake.refusal.reason_en IS 'The same in English; empty: kept before refusals were.';
