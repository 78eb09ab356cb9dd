-- The police side. No region role reads anything in here.
CREATE SCHEMA intake;
COMMENT ON SCHEMA intake IS 'Police side: exports, outcomes, holds, the disclosure ledger. Never readable by a region.';

CREATE TABLE intake.export (
    unit              text NOT NULL,
    night             date NOT NULL,
    export_id         text NOT NULL,
    channel           text NOT NULL CHECK (channel IN ('nightly', 'urgent')),
    state             text NOT NULL CHECK (state IN ('running', 'decided', 'loaded')),
    manifest_digest   text NOT NULL,
    dialect           text NOT NULL,
    agreement_version text NOT NULL,
    policy_version    text NOT NULL,
    received          integer NOT NULL CHECK (received >= 0),
    receipt           jsonb NOT NULL,
    started_at        timestamptz NOT NULL DEFAULT now(),
    loaded_at         timestamptz,
    PRIMARY KEY (unit, night, export_id)
);
COMMENT ON TABLE intake.export IS 'Accepted exports: what each held, and how far it came. An export is an island until it is loaded.';

-- One open refusal a unit and night: the folder as it stands now cannot be used. `meldstroom status` reads it.
CREATE TABLE intake.refusal (
    unit       text NOT NULL,
    night      date NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('nightly', 'urgent')),
    reason     text NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit, night, channel)
);

CREATE TABLE intake.outcome (
    unit                text NOT NULL,
    night               date NOT NULL,
    export_id           text NOT NULL,
    row                 integer NOT NULL,
    registration_number text,
    version             integer,
    content_hash        text,
    outcome             text NOT NULL CHECK (outcome IN
        ('forward', 'return', 'hold', 'elsewhere', 'withhold', 'duplicate', 'reject')),
    reasons             text[] NOT NULL CHECK (cardinality(reasons) > 0),
    gaps                text[] NOT NULL DEFAULT '{}',
    danger              text[] NOT NULL DEFAULT '{}',
    score               smallint CHECK (score BETWEEN 0 AND 100),
    regions             text[] NOT NULL DEFAULT '{}',
    withheld            jsonb NOT NULL DEFAULT '{}',
    carried_by          text,
    kind                text,
    known_at            timestamptz,
    agreement_version   text,
    policy_version      text NOT NULL,
    decided_by          text NOT NULL DEFAULT 'policy' CHECK (decided_by IN ('policy', 'desk', 'replay')),
    PRIMARY KEY (unit, night, export_id, row),
    CHECK (outcome = 'reject' OR (registration_number IS NOT NULL AND version IS NOT NULL)),
    CHECK ((outcome = 'forward') = (cardinality(regions) > 0)),
    FOREIGN KEY (unit, night, export_id) REFERENCES intake.export ON DELETE CASCADE
);
COMMENT ON TABLE intake.outcome IS 'One row a registration row received: what became of it, as it is now. History: intake.outcome_change.';
COMMENT ON COLUMN intake.outcome.withheld IS 'Counts of what was kept back, by kind and rule; never a content.';
COMMENT ON COLUMN intake.outcome.carried_by IS 'The registration (unit number version) that carries this duplicate.';
-- explain, already received, superseded, recalls: all ask by number
CREATE INDEX outcome_registration ON intake.outcome (registration_number, unit, version);
-- recalls: later versions of a night
CREATE INDEX outcome_correction ON intake.outcome (night, unit) WHERE version > 1;
-- status counts a night
CREATE INDEX outcome_night ON intake.outcome (night, unit, outcome);

CREATE TABLE intake.outcome_change (
    change       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit         text NOT NULL,
    night        date NOT NULL,
    export_id    text NOT NULL,
    row          integer NOT NULL,
    from_outcome text NOT NULL,
    to_outcome   text NOT NULL,
    reasons      text[] NOT NULL,
    changed_by   text NOT NULL,
    comment      text,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (unit, night, export_id, row) REFERENCES intake.outcome ON DELETE CASCADE
);
CREATE INDEX outcome_change_of ON intake.outcome_change (unit, night, export_id, row);

-- What waits for a person. `sealed` is the registration with its children, encrypted with the key of the settings,
-- so that the desk shows it without reading an archive; it goes when the item is decided.
CREATE TABLE intake.hold (
    unit       text NOT NULL,
    night      date NOT NULL,
    export_id  text NOT NULL,
    row        integer NOT NULL,
    danger     boolean NOT NULL,
    since      timestamptz NOT NULL DEFAULT now(),
    due        timestamptz NOT NULL,
    lock       integer NOT NULL DEFAULT 0,
    decided_at timestamptz,
    sealed     bytea,
    PRIMARY KEY (unit, night, export_id, row),
    FOREIGN KEY (unit, night, export_id, row) REFERENCES intake.outcome ON DELETE CASCADE
);
-- sealed bytes do not compress: trying costs more than writing them
ALTER TABLE intake.hold ALTER COLUMN sealed SET STORAGE EXTERNAL;
-- the desk's order
CREATE INDEX hold_open ON intake.hold (danger DESC, since) WHERE decided_at IS NULL;

-- Great Expectations' counts, no values: the quality page and the reports read them.
CREATE TABLE intake.quality (
    unit      text NOT NULL,
    night     date NOT NULL,
    export_id text NOT NULL,
    suite     text NOT NULL,
    rule      text NOT NULL,
    evaluated integer NOT NULL,
    failed    integer NOT NULL,
    unknown   integer NOT NULL,
    PRIMARY KEY (unit, night, export_id, suite, rule),
    FOREIGN KEY (unit, night, export_id) REFERENCES intake.export ON DELETE CASCADE
);

-- Every disclosure and every withholding (Wpg 32(1)(f)): append-only, one hash chain a region (disclosures) or unit
-- (withholdings), so that loads need not wait for each other.
CREATE TABLE intake.ledger (
    chain               text NOT NULL,
    sequence            bigint NOT NULL,
    kind                text NOT NULL CHECK (kind IN ('disclosure', 'withholding', 'recall', 'checkpoint')),
    night               date NOT NULL,
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    region              text,
    elements            text[] NOT NULL,
    withheld            text[] NOT NULL DEFAULT '{}',
    ground              text NOT NULL,
    agreement_version   text NOT NULL,
    policy_version      text NOT NULL,
    mandate             text NOT NULL,
    recorded_at         timestamptz NOT NULL,
    previous_hash       bytea NOT NULL,
    hash                bytea NOT NULL,
    PRIMARY KEY (chain, sequence)
);
CREATE INDEX ledger_registration ON intake.ledger (registration_number, unit, version);

CREATE FUNCTION intake.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON intake.ledger
    FOR EACH STATEMENT WHEN (current_setting('meldstroom.retention', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION intake.refuse_change();
COMMENT ON TABLE intake.ledger IS 'Disclosures and withholdings: kinds of element, never a content. Only retention may delete.';
