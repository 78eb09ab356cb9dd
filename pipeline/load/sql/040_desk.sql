-- Who looked at what, and who decided what: every view and decision of the release desk.
CREATE TABLE intake.desk_view (
    viewed_at timestamptz NOT NULL DEFAULT now(),
    account   text NOT NULL,
    unit      text NOT NULL,
    night     date NOT NULL,
    export_id text NOT NULL,
    row       integer NOT NULL
);
CREATE INDEX desk_view_of ON intake.desk_view (unit, night, export_id, row);

CREATE TABLE intake.desk_decision (
    decision   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit       text NOT NULL,
    night      date NOT NULL,
    export_id  text NOT NULL,
    row        integer NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('release', 'return', 'elsewhere', 'withhold')),
    account    text NOT NULL,
    comment    text,
    regions    text[] NOT NULL DEFAULT '{}',
    masks      jsonb NOT NULL DEFAULT '[]',
    effective  boolean NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    CHECK (kind <> 'return' OR comment IS NOT NULL)
);
COMMENT ON COLUMN intake.desk_decision.effective IS
    'False: the first of four eyes, or a question to the unit about an item in danger, which stays on the desk.';
CREATE INDEX desk_decision_of ON intake.desk_decision (unit, night, export_id, row);
