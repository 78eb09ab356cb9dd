-- What the reports count: a row a night, unit and kind of thing, so that years are read in seconds. The tables follow
-- from outcomes, staging and feedback (`pipeline/reports/daily.py` fills them) and hold no number of any registration.

-- Where the addresses of a registration lead, whatever became of it; `regions` says where it went.
ALTER TABLE intake.outcome ADD COLUMN leads_to text[] NOT NULL DEFAULT '{}';
UPDATE intake.outcome SET leads_to = regions WHERE cardinality(regions) > 0;
COMMENT ON COLUMN intake.outcome.leads_to IS 'Regions that its addresses lead to, whatever its outcome; empty: unknown.';

-- Nights whose counts are to be made anew. No key: writers would wait for each other on it.
CREATE TABLE intake.changed_night (night date NOT NULL);
COMMENT ON TABLE intake.changed_night IS 'Nights whose daily counts no longer hold; triggers write it, the reports empty it.';

CREATE TABLE intake.daily_outcome (
    night   date NOT NULL,
    unit    text NOT NULL,
    kind    text NOT NULL,
    outcome text NOT NULL,
    founded boolean NOT NULL,
    count   integer NOT NULL,
    PRIMARY KEY (night, unit, kind, outcome, founded)
);
COMMENT ON TABLE intake.daily_outcome IS 'Registration versions by outcome; founded: no blocking criterion is missed.';

CREATE TABLE intake.daily_region (
    night   date NOT NULL,
    region  text NOT NULL,
    outcome text NOT NULL,
    founded boolean NOT NULL,
    count   integer NOT NULL,
    PRIMARY KEY (night, region, outcome, founded)
);
COMMENT ON TABLE intake.daily_region IS 'The same by the region that it went to or leads to; in two regions: counted in both.';

CREATE TABLE intake.daily_gap (
    night     date NOT NULL,
    unit      text NOT NULL,
    criterion text NOT NULL,
    missed    integer NOT NULL,
    alone     integer NOT NULL CHECK (alone <= missed),
    PRIMARY KEY (night, unit, criterion)
);
COMMENT ON TABLE intake.daily_gap IS 'Of forward, return and hold: how many miss a criterion; alone: the only blocking one.';

CREATE TABLE intake.daily_delivery (
    night     date NOT NULL,
    region    text NOT NULL,
    kind      text NOT NULL,
    suspicion text NOT NULL,
    sequence  text NOT NULL,
    recalled  boolean NOT NULL,
    count     integer NOT NULL,
    PRIMARY KEY (night, region, kind, suspicion, sequence, recalled)
);
COMMENT ON TABLE intake.daily_delivery IS 'Report versions in the staging tables, in the classes of the national statistics.';

CREATE TABLE intake.daily_delay (
    night  date NOT NULL,
    unit   text NOT NULL,
    since  text NOT NULL CHECK (since IN ('known', 'committed')),
    hours  integer NOT NULL,
    count  integer NOT NULL,
    PRIMARY KEY (night, unit, since, hours)
);
COMMENT ON TABLE intake.daily_delay IS 'Hours from knowledge or event to staging: upper edge of the class.';

CREATE TABLE intake.daily_answer (
    night  date NOT NULL,
    region text NOT NULL,
    status text NOT NULL,
    triage text NOT NULL CHECK (triage IN ('in_time', 'late', 'open')),
    closed text NOT NULL CHECK (closed IN ('in_time', 'late', 'open')),
    count  integer NOT NULL,
    PRIMARY KEY (night, region, status, triage, closed)
);
COMMENT ON TABLE intake.daily_answer IS 'Where reports stand at Veilig Thuis, and whether its terms were met.';

CREATE TABLE intake.daily_agreement (
    night       date NOT NULL,
    unit        text NOT NULL,
    criterion   text NOT NULL,
    "both"      integer NOT NULL,
    only_theirs integer NOT NULL,
    only_ours   integer NOT NULL,
    PRIMARY KEY (night, unit, criterion)
);
COMMENT ON TABLE intake.daily_agreement IS 'Gaps that both name, that only Veilig Thuis names, that only we name.';

-- What an unfiltered past export would have come to: the baseline. Nothing of it is loaded anywhere.
CREATE TABLE intake.observed (
    unit        text NOT NULL,
    night       date NOT NULL,
    policy_version text NOT NULL,
    outcome     text NOT NULL,
    founded     boolean NOT NULL,
    count       integer NOT NULL,
    observed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit, night, outcome, founded)
);
COMMENT ON TABLE intake.observed IS 'Outcomes that past exports would have had (`meldstroom run --observe`): counts only.';

CREATE TABLE intake.observed_gap (
    unit      text NOT NULL,
    night     date NOT NULL,
    criterion text NOT NULL,
    missed    integer NOT NULL,
    PRIMARY KEY (unit, night, criterion)
);

-- Outcomes change at the desk, by replay, by a late export: whoever writes them, the night is noted.
-- What retention deletes stays counted.
CREATE FUNCTION intake.note_changed_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO intake.changed_night SELECT DISTINCT night FROM touched;
    RETURN NULL;
END $$;
CREATE TRIGGER outcome_added AFTER INSERT ON intake.outcome REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_outcome();
CREATE TRIGGER outcome_changed AFTER UPDATE ON intake.outcome REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_outcome();
CREATE TRIGGER outcome_removed AFTER DELETE ON intake.outcome REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT WHEN (current_setting('meldstroom.retention', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION intake.note_changed_outcome();
CREATE TRIGGER export_changed AFTER UPDATE ON intake.export REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_outcome();

CREATE FUNCTION intake.note_changed_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO intake.changed_night
    SELECT DISTINCT outcome.night FROM touched JOIN intake.outcome USING (registration_number, unit, version);
    RETURN NULL;
END $$;
CREATE TRIGGER feedback_added AFTER INSERT ON intake.feedback REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_answer();

CREATE FUNCTION intake.note_changed_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO intake.changed_night SELECT DISTINCT message.night FROM touched JOIN intake.message USING (reference);
    RETURN NULL;
END $$;
CREATE TRIGGER acknowledgement_added AFTER INSERT ON intake.acknowledgement REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_message();

CREATE FUNCTION intake.note_changed_recall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO intake.changed_night SELECT DISTINCT report.night FROM touched'
        ' JOIN %I.report USING (unit, registration_number, version)', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('CREATE TRIGGER report_added AFTER INSERT ON %I.report REFERENCING NEW TABLE AS touched'
            ' FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_outcome()', schema);
        EXECUTE format('CREATE TRIGGER recall_added AFTER INSERT ON %I.recall REFERENCING NEW TABLE AS touched'
            ' FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_recall()', schema);
    END LOOP;
END $$;

-- What was there before this migration is counted at the first report.
INSERT INTO intake.changed_night SELECT DISTINCT night FROM intake.export;
