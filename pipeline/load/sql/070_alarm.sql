-- A unit's share of an outcome that left its own usual band: the silent filtering of everything must show at once.
CREATE TABLE intake.alarm (
    unit      text NOT NULL,
    night     date NOT NULL,
    measure   text NOT NULL,
    share     double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
    low       double precision NOT NULL,
    high      double precision NOT NULL,
    judged    integer NOT NULL,
    nights    integer NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit, night, measure)
);
COMMENT ON TABLE intake.alarm IS 'Shares of outcomes outside the band of the unit''s own past nights (policy/alarms.toml).';
COMMENT ON COLUMN intake.alarm.measure IS 'The outcome whose share it is, or nothing_forwarded.';
COMMENT ON COLUMN intake.alarm.judged IS 'Registration versions of the night that were not repeats.';
COMMENT ON COLUMN intake.alarm.nights IS 'Past nights that the band rests on.';
