-- A report that is withheld later stays in its region, recalled, with the past that it told. Of that past something may be
-- removed from use after that: by the links it is found. So they stay when the history forgets the report's own side.
ALTER TABLE intake.person_link DROP CONSTRAINT person_link_unit_registration_number_version_fkey;
COMMENT ON TABLE intake.person_link IS 'Persons recognised: field and level of agreement, never a value. Ends with the earlier side; of removed data with either.';
