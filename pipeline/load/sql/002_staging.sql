-- The VT side: one schema a region, all of one shape, made by one function so that they cannot drift apart.
-- Column comments are the documentation that VT's ICT reads; docs/veilig-thuis.md is generated from them.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE FUNCTION intake.create_region(region text) RETURNS void LANGUAGE plpgsql AS $create$
DECLARE
    schema text := 'vt_' || right(region, 2);
    reader text := schema || '_reader';
BEGIN
    EXECUTE format('CREATE SCHEMA %I', schema);
    -- Roles live in the cluster, not in the database: another database, or its administrator, may have made it.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', reader);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END IF;
    EXECUTE format('SET LOCAL search_path TO %I', schema);

    EXECUTE format($table$
    CREATE TABLE report (
        region              text NOT NULL CHECK (region = %1$L),
        unit                text NOT NULL,
        registration_number text NOT NULL,
        version             integer NOT NULL CHECK (version >= 1),
        replaces_version    integer CHECK (replaces_version < version),
        night               date NOT NULL,
        kind                text NOT NULL CHECK (kind IN ('domestic_violence', 'youth_concern')),
        known_at            timestamptz NOT NULL,
        committed_from      timestamptz,
        committed_until     timestamptz,
        incident_code       text,
        project_code        text,
        street              text,
        house_number        text,
        house_number_suffix text,
        postcode            text,
        place               text,
        municipality_code   text,
        contact_department  text,
        contact_phone       text,
        contact_email       text,
        suspicion           text CHECK (suspicion IN ('01','02','03','04','05','06','07','08','09')),
        nature              text[] NOT NULL DEFAULT '{}',
        injury              boolean,
        alcohol             boolean,
        drugs               boolean,
        honour              boolean,
        weapon_kind         text,
        arrest              boolean,
        complaint           boolean,
        restraining_order   boolean,
        restraining_order_until date,
        children_present    boolean,
        informed            boolean,
        informed_explanation text,
        description         text,
        reason_for_report   text,
        entries             jsonb NOT NULL DEFAULT '[]',
        contact_police_first boolean NOT NULL DEFAULT false,
        substantiation_score smallint NOT NULL CHECK (substantiation_score BETWEEN 0 AND 100),
        gaps                text[] NOT NULL DEFAULT '{}',
        sequence            text CHECK (sequence IN ('first', 'repeat', 'follow_up')),
        also_registered_as  text[] NOT NULL DEFAULT '{}',
        triage              jsonb NOT NULL DEFAULT '{}',
        urgency_hint        text CHECK (urgency_hint IN ('within_24_hours', 'within_5_working_days')),
        legal_ground        text NOT NULL,
        secrecy_notice      text NOT NULL,
        agreement_version   text NOT NULL,
        policy_version      text NOT NULL,
        mandate             text NOT NULL,
        loaded_at           timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (unit, registration_number, version)
    )$table$, region);
    CREATE INDEX report_loaded ON report (loaded_at, unit, registration_number, version);
    COMMENT ON TABLE report IS 'One row per report version that the police forwarded to this region; rows stay, see recall.';
    COMMENT ON COLUMN report.region IS 'Veilig Thuis region (CBS code) that this schema belongs to.';
    COMMENT ON COLUMN report.unit IS 'Police unit that wrote the registration, RE01 to RE10.';
    COMMENT ON COLUMN report.registration_number IS 'The unit''s own number; feedback names it.';
    COMMENT ON COLUMN report.version IS 'Version of the registration; a correction has a higher one.';
    COMMENT ON COLUMN report.replaces_version IS 'Highest earlier version that this region received, if any; see recall.';
    COMMENT ON COLUMN report.night IS 'Night of delivery that the registration counts in.';
    COMMENT ON COLUMN report.kind IS 'domestic_violence, or youth_concern (zorgmelding jeugd).';
    COMMENT ON COLUMN report.known_at IS 'When the police learnt of it (kennisname).';
    COMMENT ON COLUMN report.committed_from IS 'Start of the event as registered.';
    COMMENT ON COLUMN report.committed_until IS 'End of the event as registered.';
    COMMENT ON COLUMN report.incident_code IS 'BVH incident class; domestic violence that is no crime has none of the listed ones.';
    COMMENT ON COLUMN report.project_code IS 'The unit''s own domestic-violence mark.';
    COMMENT ON COLUMN report.street IS 'Street of the event; empty where it would give a secret address away.';
    COMMENT ON COLUMN report.house_number IS 'House number of the event.';
    COMMENT ON COLUMN report.house_number_suffix IS 'Suffix to the house number.';
    COMMENT ON COLUMN report.postcode IS 'Postcode of the event.';
    COMMENT ON COLUMN report.place IS 'Place of the event.';
    COMMENT ON COLUMN report.municipality_code IS 'CBS municipality code of the event, as registered.';
    COMMENT ON COLUMN report.contact_department IS 'Police desk that answers questions on this report.';
    COMMENT ON COLUMN report.contact_phone IS 'Telephone of that desk.';
    COMMENT ON COLUMN report.contact_email IS 'E-mail of that desk.';
    COMMENT ON COLUMN report.suspicion IS 'CBS aanleiding 01 to 09.';
    COMMENT ON COLUMN report.nature IS 'CBS aard 01 to 11.';
    COMMENT ON COLUMN report.injury IS 'Injury, as ticked by the officer. Empty in any yes/no column: not known.';
    COMMENT ON COLUMN report.alcohol IS 'Alcohol, as ticked by the officer.';
    COMMENT ON COLUMN report.drugs IS 'Drugs, as ticked by the officer.';
    COMMENT ON COLUMN report.honour IS 'Honour motive, as ticked by the officer.';
    COMMENT ON COLUMN report.weapon_kind IS 'Kind of weapon, in words, redacted.';
    COMMENT ON COLUMN report.arrest IS 'Somebody was arrested.';
    COMMENT ON COLUMN report.complaint IS 'A complaint (aangifte) was made.';
    COMMENT ON COLUMN report.restraining_order IS 'A temporary restraining order (huisverbod) was imposed.';
    COMMENT ON COLUMN report.restraining_order_until IS 'Its last day.';
    COMMENT ON COLUMN report.children_present IS 'Children live there or saw it.';
    COMMENT ON COLUMN report.informed IS 'The persons were told of this report.';
    COMMENT ON COLUMN report.informed_explanation IS 'How, or why not; redacted.';
    COMMENT ON COLUMN report.description IS 'What happened, redacted: third parties, sources and tactics are masked or left out.';
    COMMENT ON COLUMN report.reason_for_report IS 'Why this goes to Veilig Thuis, redacted.';
    COMMENT ON COLUMN report.entries IS 'List of {entry_number, written_at, known_as: seen|stated|heard|opinion, text}; redacted.';
    COMMENT ON COLUMN report.contact_police_first IS 'Police work may be running: call the desk before you act.';
    COMMENT ON COLUMN report.substantiation_score IS 'How well founded, 0 to 100, by the published criteria.';
    COMMENT ON COLUMN report.gaps IS 'Criteria that the report does not meet, by name.';
    COMMENT ON COLUMN report.sequence IS 'first, repeat or follow_up, by what the police know of the persons.';
    COMMENT ON COLUMN report.also_registered_as IS 'Other registrations of the same event that this report carries.';
    COMMENT ON COLUMN report.triage IS 'Pre-filled fields for triage, each with evidence and origin; a help, never a decision.';
    COMMENT ON COLUMN report.urgency_hint IS 'Hint from the danger signals, with reasons in triage; never a decision.';
    COMMENT ON COLUMN report.legal_ground IS 'Ground of this disclosure.';
    COMMENT ON COLUMN report.secrecy_notice IS 'The duty of secrecy that comes with this delivery (Wpg 7(2)).';
    COMMENT ON COLUMN report.agreement_version IS 'Agreement under which it was disclosed.';
    COMMENT ON COLUMN report.policy_version IS 'Version of the rules under which it was judged.';
    COMMENT ON COLUMN report.mandate IS 'Who mandated the automated provision (Wpg 23(2)).';
    COMMENT ON COLUMN report.loaded_at IS 'When it was placed here; poll on it.';

    CREATE TABLE person (
        unit                text NOT NULL,
        registration_number text NOT NULL,
        version             integer NOT NULL,
        person_number       integer NOT NULL,
        role                text NOT NULL,
        family_name         text,
        name_prefix         text,
        given_names         text,
        birth_date          text,
        sex                 text,
        bsn                 text,
        street              text,
        house_number        text,
        house_number_suffix text,
        postcode            text,
        place               text,
        municipality_code   text,
        secret_address      boolean NOT NULL,
        phone               text,
        relation            text,
        relation_to         integer,
        lives_in            boolean,
        custody             boolean,
        organisation        text,
        interpreter_language text,
        PRIMARY KEY (unit, registration_number, version, person_number),
        FOREIGN KEY (unit, registration_number, version) REFERENCES report,
        CHECK (NOT secret_address OR num_nonnulls(street, house_number, house_number_suffix, postcode, place, municipality_code) = 0),
        -- callers, witnesses and informants are a role, never a person
        CHECK (role NOT IN ('GE', 'ME') OR num_nonnulls(family_name, name_prefix, given_names, birth_date, bsn, street,
            house_number, house_number_suffix, postcode, place, phone) = 0),
        CHECK (role <> 'IN')
    );
    COMMENT ON TABLE person IS 'The persons of a report, minimised: involved persons in full, sources by role only.';
    COMMENT ON COLUMN person.unit IS 'As in report.';
    COMMENT ON COLUMN person.registration_number IS 'As in report.';
    COMMENT ON COLUMN person.version IS 'As in report.';
    COMMENT ON COLUMN person.person_number IS 'Number of the person within the registration.';
    COMMENT ON COLUMN person.role IS 'SO victim, VE suspect, KI child, HU housemate, OU parent or carer, GE witness, ME caller, PR professional, OV other.';
    COMMENT ON COLUMN person.family_name IS 'Family name; empty for callers, witnesses and professionals.';
    COMMENT ON COLUMN person.name_prefix IS 'Prefix to the family name (tussenvoegsel).';
    COMMENT ON COLUMN person.given_names IS 'Given names.';
    COMMENT ON COLUMN person.birth_date IS 'Birth date yyyy-mm-dd; 00 for an unknown day or month.';
    COMMENT ON COLUMN person.sex IS 'M, V, or O for other.';
    COMMENT ON COLUMN person.bsn IS 'Citizen service number; only where verified and agreed.';
    COMMENT ON COLUMN person.street IS 'Home street; empty when secret.';
    COMMENT ON COLUMN person.house_number IS 'House number.';
    COMMENT ON COLUMN person.house_number_suffix IS 'Suffix to the house number.';
    COMMENT ON COLUMN person.postcode IS 'Postcode.';
    COMMENT ON COLUMN person.place IS 'Place.';
    COMMENT ON COLUMN person.municipality_code IS 'CBS municipality code, as registered.';
    COMMENT ON COLUMN person.secret_address IS 'The address is secret or a shelter: ask the contact desk.';
    COMMENT ON COLUMN person.phone IS 'The person''s own telephone, where agreed.';
    COMMENT ON COLUMN person.relation IS 'Relation to the person named by relation_to: partner, ex-partner, ouder, kind and so on.';
    COMMENT ON COLUMN person.relation_to IS 'Person number that the relation points to.';
    COMMENT ON COLUMN person.lives_in IS 'Lives at the address.';
    COMMENT ON COLUMN person.custody IS 'Has custody.';
    COMMENT ON COLUMN person.organisation IS 'Organisation and function of a professional source.';
    COMMENT ON COLUMN person.interpreter_language IS 'Language for which an interpreter is needed.';

    CREATE TABLE prior_incident (
        unit                text NOT NULL,
        registration_number text NOT NULL,
        version             integer NOT NULL,
        person_number       integer NOT NULL,
        number              integer NOT NULL,
        date                date,
        incident_code       text,
        role                text,
        outcome             text,
        origin              text NOT NULL CHECK (origin IN ('export', 'history')),
        PRIMARY KEY (unit, registration_number, version, number),
        FOREIGN KEY (unit, registration_number, version, person_number) REFERENCES person
    );
    COMMENT ON TABLE prior_incident IS 'Earlier relevant incidents of the persons involved, at most five years old.';
    COMMENT ON COLUMN prior_incident.unit IS 'As in report.';
    COMMENT ON COLUMN prior_incident.registration_number IS 'As in report.';
    COMMENT ON COLUMN prior_incident.version IS 'As in report.';
    COMMENT ON COLUMN prior_incident.person_number IS 'The person it concerns.';
    COMMENT ON COLUMN prior_incident.number IS 'Number within the report.';
    COMMENT ON COLUMN prior_incident.date IS 'Date of the earlier incident.';
    COMMENT ON COLUMN prior_incident.incident_code IS 'Its BVH incident class.';
    COMMENT ON COLUMN prior_incident.role IS 'Role of the person then.';
    COMMENT ON COLUMN prior_incident.outcome IS 'How it ended, redacted.';
    COMMENT ON COLUMN prior_incident.origin IS 'export: named by the unit; history: found among earlier registrations.';

    CREATE TABLE danger_signal (
        unit                text NOT NULL,
        registration_number text NOT NULL,
        version             integer NOT NULL,
        signal              text NOT NULL,
        known_from          text NOT NULL CHECK (known_from IN ('ticked', 'text')),
        PRIMARY KEY (unit, registration_number, version, signal),
        FOREIGN KEY (unit, registration_number, version) REFERENCES report
    );
    COMMENT ON TABLE danger_signal IS 'Danger signals of a report.';
    COMMENT ON COLUMN danger_signal.unit IS 'As in report.';
    COMMENT ON COLUMN danger_signal.registration_number IS 'As in report.';
    COMMENT ON COLUMN danger_signal.version IS 'As in report.';
    COMMENT ON COLUMN danger_signal.signal IS 'acute, weapon, strangulation, stalking, escalation or injured_child.';
    COMMENT ON COLUMN danger_signal.known_from IS 'ticked by the officer, or told in the text.';

    CREATE TABLE recall (
        unit                text NOT NULL,
        registration_number text NOT NULL,
        version             integer NOT NULL,
        reason              text NOT NULL,
        replaced_by         integer,
        night               date NOT NULL,
        recalled_at         timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (unit, registration_number, version),
        FOREIGN KEY (unit, registration_number, version) REFERENCES report
    );
    COMMENT ON TABLE recall IS 'Report versions that no longer stand: do not use them, or use the one that replaces them.';
    COMMENT ON COLUMN recall.unit IS 'As in report.';
    COMMENT ON COLUMN recall.registration_number IS 'As in report.';
    COMMENT ON COLUMN recall.version IS 'The version that no longer stands.';
    COMMENT ON COLUMN recall.reason IS 'replaced, or why it is withdrawn.';
    COMMENT ON COLUMN recall.replaced_by IS 'The version that stands in its place, when there is one here.';
    COMMENT ON COLUMN recall.night IS 'Night that brought the recall.';
    COMMENT ON COLUMN recall.recalled_at IS 'When it was placed here; poll on it.';

    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', schema);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema, reader);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', schema, reader);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), reader);
END $create$;

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    FOR number IN 1..27 LOOP
        -- 16 and 26 closed at the end of 2022; their work goes to 27
        IF number NOT IN (16, 26) THEN
            PERFORM intake.create_region('VT' || lpad(number::text, 2, '0'));
        END IF;
    END LOOP;
END $$;
RESET search_path;
