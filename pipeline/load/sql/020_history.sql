-- Who was in earlier registrations, to recognise them: keyed hashes and codes, no name, birth date, address or number
-- of a person. Whoever reads these tables without the installation's key learns that somebody was met before, not who.
CREATE TABLE intake.earlier (
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    night               date NOT NULL,
    known_at            timestamptz NOT NULL,
    happened_at         timestamptz,
    incident_code       text,
    kind                text,
    project_code        text,
    suspicion           text,
    danger              text[] NOT NULL DEFAULT '{}',
    place               bigint,
    PRIMARY KEY (unit, registration_number, version)
);
COMMENT ON TABLE intake.earlier IS 'Earlier registration versions that may be linked to: what and when, as codes. Five years at most.';
COMMENT ON COLUMN intake.earlier.place IS 'Keyed hash of where it happened.';
-- retention goes by date
CREATE INDEX earlier_known ON intake.earlier (known_at);
-- the same event's other reports lie in the nights around
CREATE INDEX earlier_night ON intake.earlier (night);

CREATE TABLE intake.person_key (
    person              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    person_number       integer NOT NULL,
    role                text NOT NULL CHECK (role IN ('SO', 'VE', 'KI', 'OU', 'HU')),
    bsn                 bigint,
    birth               bigint,
    birth_year          bigint,
    birth_month         bigint,
    birth_day           bigint,
    family              bigint[],
    family_sound        bigint[],
    family_near         bigint[],
    given               bigint[],
    given_sound         bigint[],
    given_near          bigint[],
    initial             bigint,
    initial_only        boolean,
    sex                 text,
    address             bigint,
    area                bigint,
    district            bigint,
    child               boolean,
    blocks              bigint[] NOT NULL,
    UNIQUE (unit, registration_number, version, person_number),
    FOREIGN KEY (unit, registration_number, version) REFERENCES intake.earlier ON DELETE CASCADE
);
COMMENT ON TABLE intake.person_key IS 'Persons involved in earlier registrations, as keyed hashes (BLAKE2b, 64 bits) of what is compared.';
-- who lives at an address
CREATE INDEX person_key_address ON intake.person_key (address) WHERE address IS NOT NULL;

-- The blocking keys of person_key.blocks, one a row: a key is looked up in an index that holds nothing else, and a
-- night's time follows the night. No foreign key: it would need a second index of this size; the trigger keeps them true.
CREATE TABLE intake.person_block (
    block  bigint NOT NULL,
    person bigint NOT NULL,
    PRIMARY KEY (block, person)
);

CREATE FUNCTION intake.add_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO intake.person_block (block, person)
    SELECT DISTINCT block, person FROM added, unnest(blocks) AS block ORDER BY block;
    RETURN NULL;
END $$;
CREATE TRIGGER person_key_added AFTER INSERT ON intake.person_key
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION intake.add_blocks();

CREATE FUNCTION intake.remove_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM intake.person_block USING gone, unnest(gone.blocks) AS key
    WHERE person_block.block = key AND person_block.person = gone.person;
    RETURN NULL;
END $$;
CREATE TRIGGER person_key_removed AFTER DELETE ON intake.person_key
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION intake.remove_blocks();

-- What was found, for explain and for the desk: links and hints with their evidence. A link ends with either side.
CREATE TABLE intake.person_link (
    unit                  text NOT NULL,
    registration_number   text NOT NULL,
    version               integer NOT NULL,
    person_number         integer NOT NULL,
    earlier_unit          text NOT NULL,
    earlier_number        text NOT NULL,
    earlier_version       integer NOT NULL,
    earlier_person_number integer NOT NULL,
    kind                  text NOT NULL CHECK (kind IN ('link', 'hint')),
    weight                double precision NOT NULL,
    evidence              text[] NOT NULL,
    policy_version        text NOT NULL,
    PRIMARY KEY (unit, registration_number, version, person_number,
                 earlier_unit, earlier_number, earlier_version, earlier_person_number),
    FOREIGN KEY (unit, registration_number, version) REFERENCES intake.earlier ON DELETE CASCADE,
    FOREIGN KEY (earlier_unit, earlier_number, earlier_version) REFERENCES intake.earlier ON DELETE CASCADE
);
CREATE INDEX person_link_earlier ON intake.person_link (earlier_unit, earlier_number, earlier_version);
COMMENT ON TABLE intake.person_link IS 'Persons recognised: field and level of agreement, never a value.';
