-- What moves is told down to the rule: the report of a coming agreement says which one decides.
ALTER TABLE intake.shadow ADD COLUMN rule text NOT NULL DEFAULT '';
ALTER TABLE intake.shadow DROP CONSTRAINT shadow_pkey;
ALTER TABLE intake.shadow ADD PRIMARY KEY (night, unit, agreement_version, from_outcome, to_outcome, rule);
COMMENT ON COLUMN intake.shadow.rule IS
    'What moves it: the reason that decides then, or the one that no longer does; empty where the outcome stays.';
