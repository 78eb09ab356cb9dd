-- The way back: what was sent as a message, what was answered, and what Veilig Thuis told the police afterwards.
-- Police side; no region role reads it. Numbers and codes only: no care content, no personal data.

-- Every report version of every region as one table, for the police side.
DO $$
DECLARE
    parts  text[] := '{}';
    gone   text[] := '{}';
    region text;
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY nspname LOOP
        region := 'VT' || right(schema, 2);
        parts := parts || format(
            'SELECT %1$L::text AS region, unit, registration_number, version, night, kind, known_at, gaps,'
            ' agreement_version, loaded_at FROM %2$I.report', region, schema);
        -- feedback asks by number alone
        EXECUTE format('CREATE INDEX report_number ON %I.report (registration_number)', schema);
        gone := gone || format(
            'SELECT %1$L::text AS region, unit, registration_number, version, reason, replaced_by, night,'
            ' recalled_at FROM %2$I.recall', region, schema);
    END LOOP;
    EXECUTE 'CREATE VIEW intake.delivery AS ' || array_to_string(parts, ' UNION ALL ');
    EXECUTE 'CREATE VIEW intake.recalled AS ' || array_to_string(gone, ' UNION ALL ');
END $$;
COMMENT ON VIEW intake.delivery IS 'Report versions as they stand in the regions'' schemas: keys, night and agreement.';
COMMENT ON VIEW intake.recalled IS 'Report versions that were withdrawn from or replaced in a region.';

CREATE TABLE intake.message (
    reference           text PRIMARY KEY CHECK (length(reference) <= 40),
    region              text NOT NULL,
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    purpose             text NOT NULL CHECK (purpose IN ('report', 'recall')),
    kind                text NOT NULL CHECK (kind IN ('vtMeldingDi01', 'meldingGeneriekDi01')),
    night               date NOT NULL,
    state               text NOT NULL CHECK (state IN ('sent', 'kept_back')),
    problems            text[] NOT NULL DEFAULT '{}',
    digest              text NOT NULL,
    demonstration       boolean NOT NULL,
    written_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (region, unit, registration_number, version, purpose),
    CHECK ((state = 'kept_back') = (cardinality(problems) > 0))
);
COMMENT ON TABLE intake.message IS 'StUF messages by report version: written for the carrier, or kept back with the reasons.';
COMMENT ON COLUMN intake.message.demonstration IS 'Made with synthetic identities: never really sent.';
CREATE INDEX message_night ON intake.message (night, region);

CREATE TABLE intake.acknowledgement (
    reference   text NOT NULL REFERENCES intake.message,
    region      text NOT NULL,
    answer      text NOT NULL CHECK (answer IN ('Bv03', 'Fo03')),
    fault       text,
    at          timestamptz NOT NULL,
    fingerprint text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (region, fingerprint)
);
CREATE INDEX acknowledgement_of ON intake.acknowledgement (reference);
COMMENT ON TABLE intake.acknowledgement IS 'Answers of the carrier or the receiving system to a message: taken (Bv03) or refused (Fo03).';

CREATE TABLE intake.feedback (
    feedback            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region              text NOT NULL,
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    agreement_version   text NOT NULL,
    event               text NOT NULL CHECK (event IN
        ('received', 'not_accepted', 'wrong_region', 'quality', 'triage', 'closed')),
    at                  timestamptz NOT NULL,
    code                text,
    missing             text[] NOT NULL DEFAULT '{}',
    contact             text,
    reference           text,
    fingerprint         text NOT NULL,
    received_at         timestamptz NOT NULL,
    UNIQUE (region, fingerprint),
    UNIQUE (region, reference)
);
COMMENT ON TABLE intake.feedback IS 'What Veilig Thuis told of a report version, in codes; the explanation is never kept.';
COMMENT ON COLUMN intake.feedback.reference IS 'Number of the message that brought it; empty for a row of feedback.csv.';
COMMENT ON COLUMN intake.feedback.contact IS 'Whom the desk can ask at Veilig Thuis; goes to nobody else.';
CREATE INDEX feedback_of ON intake.feedback (registration_number, unit, region, version);

CREATE TABLE intake.feedback_file (
    digest      text NOT NULL,
    region      text NOT NULL,
    file        text NOT NULL,
    taken       integer NOT NULL,
    set_aside   integer NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (digest, region, file)
);
COMMENT ON TABLE intake.feedback_file IS 'Files of feedback that were read, so that a folder is read once.';

CREATE TABLE intake.feedback_error (
    region              text NOT NULL,
    digest              text NOT NULL,
    file                text NOT NULL,
    line                integer NOT NULL,
    problem             text NOT NULL,
    registration_number text,
    received_at         timestamptz NOT NULL,
    PRIMARY KEY (digest, region, file, line, problem)
);
COMMENT ON TABLE intake.feedback_error IS
    'Rows and messages that could not be taken, and why; the file itself stays where it was delivered.';
COMMENT ON COLUMN intake.feedback_error.registration_number IS 'Only where it has the form of a registration number.';

CREATE TABLE intake.reroute (
    region              text NOT NULL,
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    asked_at            timestamptz NOT NULL,
    decided_at          timestamptz,
    decided_by          text,
    to_region           text,
    PRIMARY KEY (region, unit, registration_number, version),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK (to_region IS NULL OR to_region <> region)
);
COMMENT ON TABLE intake.reroute IS 'Reports that a region calls another region''s: somebody looks before they go anywhere.';

-- The state of a report at a region follows from its events; there is no second place that could say otherwise.
CREATE VIEW intake.report_status AS
WITH event AS (
    SELECT region, unit, registration_number, version,
           min(at) FILTER (WHERE event = 'received') AS received_event,
           min(at) AS first_event,
           min(at) FILTER (WHERE event = 'triage') AS triaged_at,
           min(at) FILTER (WHERE event = 'closed') AS closed_at,
           -- receipt is the weakest; of the others the latest counts, and a closed case stays closed
           (array_agg(event ORDER BY event = 'closed' DESC, at DESC, feedback DESC)
               FILTER (WHERE event NOT IN ('received', 'quality')))[1] AS decisive
    FROM intake.feedback GROUP BY 1, 2, 3, 4
), answer AS (
    SELECT message.region, unit, registration_number, version,
           -- StUF016: the receiver has this number already
           min(at) FILTER (WHERE answer = 'Bv03' OR fault = 'StUF016') AS acknowledged_at,
           bool_or(answer = 'Fo03' AND fault IS DISTINCT FROM 'StUF016') AS refused
    FROM intake.message JOIN intake.acknowledgement USING (reference)
    WHERE purpose = 'report' GROUP BY 1, 2, 3, 4
)
SELECT delivery.region, delivery.unit, delivery.registration_number, delivery.version, delivery.night,
       delivery.agreement_version,
       CASE decisive WHEN 'triage' THEN 'triaged' ELSE
           coalesce(decisive, CASE WHEN coalesce(received_event, acknowledged_at, first_event) IS NOT NULL
                              THEN 'received' ELSE 'sent' END) END AS status,
       greatest(delivery.night + 1, (delivery.loaded_at AT TIME ZONE 'Europe/Amsterdam')::date) AS delivered_on,
       least(received_event, acknowledged_at, first_event) AS received_at,
       triaged_at, closed_at,
       coalesce(refused, false) AND acknowledged_at IS NULL AS refused,
       recalled.reason AS recall_reason, recalled.replaced_by
FROM intake.delivery
LEFT JOIN event USING (region, unit, registration_number, version)
LEFT JOIN answer USING (region, unit, registration_number, version)
LEFT JOIN intake.recalled USING (region, unit, registration_number, version);
COMMENT ON VIEW intake.report_status IS
    'sent, received, not_accepted, wrong_region, triaged or closed, by region and report version.';

-- Our verdict beside theirs, per criterion. A report counts when its region judged it: quality, triage, refusal, close.
CREATE VIEW intake.criterion_agreement AS
WITH judged AS (
    SELECT delivery.region, delivery.unit, delivery.registration_number, delivery.version, delivery.night,
           delivery.gaps AS ours,
           array_remove(array_agg(DISTINCT named.criterion), NULL) AS theirs
    FROM intake.feedback
    LEFT JOIN LATERAL unnest(feedback.missing) AS named (criterion) ON true
    JOIN intake.delivery USING (region, unit, registration_number, version)
    WHERE event IN ('quality', 'triage', 'not_accepted', 'closed')
    GROUP BY 1, 2, 3, 4, 5, 6
), returned AS (
    SELECT unit, registration_number, version, night, gap AS criterion,
           -- Veilig Thuis asked for it though we had returned it
           EXISTS (SELECT 1 FROM intake.feedback_error AS asked
                   WHERE asked.registration_number = outcome.registration_number
                     AND asked.problem = 'not_delivered') AS asked_for,
           -- a later version went out all the same, and Veilig Thuis acted on it
           EXISTS (SELECT 1 FROM intake.feedback AS later
                   WHERE later.registration_number = outcome.registration_number AND later.unit = outcome.unit
                     AND later.event = 'triage' AND later.code IN ('VT-01-01', 'VT-01-02', 'VT-01-04')) AS acted_on
    FROM intake.outcome, unnest(gaps) AS gap
    WHERE outcome = 'return'
), told AS (
    SELECT night, unit, region, criterion, criterion = ANY (ours) AS we, criterion = ANY (theirs) AS they
    FROM judged, LATERAL (SELECT DISTINCT unnest(ours || theirs) AS criterion) AS named
)
SELECT night, unit, region, criterion,
       count(*) FILTER (WHERE we AND they) AS both,
       count(*) FILTER (WHERE they AND NOT we) AS only_theirs,
       count(*) FILTER (WHERE we AND NOT they) AS only_ours,
       0::bigint AS returned, 0::bigint AS returned_asked_for, 0::bigint AS returned_acted_on
FROM told GROUP BY 1, 2, 3, 4
UNION ALL
SELECT night, unit, NULL, criterion, 0, 0, 0, count(*), count(*) FILTER (WHERE asked_for), count(*) FILTER (WHERE acted_on)
FROM returned GROUP BY 1, 2, 4;
COMMENT ON VIEW intake.criterion_agreement IS
    'Per night, unit, region and criterion: gaps that both name, that only Veilig Thuis names (we let it pass), that only we name; and returns, with those that Veilig Thuis asked for or acted on.';
