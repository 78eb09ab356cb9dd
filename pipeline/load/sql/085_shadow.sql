-- Shadow mode: what a coming version of a unit's agreement would have made of a night, beside what was decided.
CREATE TABLE intake.shadow (
    night             date NOT NULL,
    unit              text NOT NULL,
    agreement_version text NOT NULL,
    from_outcome      text NOT NULL,
    to_outcome        text NOT NULL,
    count             integer NOT NULL CHECK (count > 0),
    PRIMARY KEY (night, unit, agreement_version, from_outcome, to_outcome)
);
COMMENT ON TABLE intake.shadow IS 'Counts of registrations a night: as decided, and as the coming agreement would decide.';
COMMENT ON COLUMN intake.shadow.agreement_version IS 'The version that begins after the night; judged as if it were in force.';
COMMENT ON COLUMN intake.shadow.from_outcome IS 'As decided; not_kept: rejected or closed by law, and so not judged again.';
