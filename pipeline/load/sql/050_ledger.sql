-- The ledger, whole: who a disclosure was about (keyed hashes only), and signed checkpoints.

ALTER TABLE intake.ledger ADD COLUMN persons bytea;
COMMENT ON COLUMN intake.ledger.persons IS
    'Digest of the entry''s rows in intake.ledger_person, so that the chain holds those too; empty where it has none.';
COMMENT ON COLUMN intake.ledger.withheld IS
    'Disclosure: kinds kept back, with counts. Withholding: the rules that closed. Recall: the reason.';

-- Whom a disclosure was about: lives and goes with its entry.
CREATE TABLE intake.ledger_person (
    chain         text NOT NULL,
    sequence      bigint NOT NULL,
    person_number integer NOT NULL,
    elements      text[] NOT NULL,
    keys          bigint[] NOT NULL CHECK (cardinality(keys) > 0),
    PRIMARY KEY (chain, sequence, person_number),
    FOREIGN KEY (chain, sequence) REFERENCES intake.ledger ON DELETE CASCADE
);
COMMENT ON TABLE intake.ledger_person IS
    'Persons of a disclosure as keyed hashes: whoever has the installation''s key can ask for a person, nobody can read one.';
-- meldstroom ledger person
CREATE INDEX ledger_person_keys ON intake.ledger_person USING gin (keys);

CREATE TRIGGER ledger_person_append_only BEFORE UPDATE OR DELETE ON intake.ledger_person
    FOR EACH STATEMENT WHEN (current_setting('meldstroom.retention', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION intake.refuse_change();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON intake.ledger
    FOR EACH STATEMENT EXECUTE FUNCTION intake.refuse_change();
CREATE TRIGGER ledger_person_no_truncate BEFORE TRUNCATE ON intake.ledger_person
    FOR EACH STATEMENT EXECUTE FUNCTION intake.refuse_change();

-- What the ledger was at a moment, signed. `statement` is kept as the text that was signed, byte for byte.
CREATE TABLE intake.ledger_checkpoint (
    number    bigint PRIMARY KEY,
    made_at   timestamptz NOT NULL,
    statement text NOT NULL,
    signature bytea NOT NULL
);
COMMENT ON TABLE intake.ledger_checkpoint IS
    'Signed (Ed25519) statements of where every chain began and ended; each names the one before it. Nothing personal: kept for good.';
CREATE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON intake.ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION intake.refuse_change();

-- Who asked the ledger about a person (Wpg 32a): that somebody asked, never about whom.
CREATE TABLE intake.ledger_question (
    asked_at timestamptz NOT NULL DEFAULT now(),
    account  text NOT NULL,
    found    integer NOT NULL
);
COMMENT ON TABLE intake.ledger_question IS 'Questions to the ledger about a person: when, by whom, how many disclosures were told.';
