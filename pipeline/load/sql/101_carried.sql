-- what a withdrawn report carried: asked by the carrier, unit and number
CREATE INDEX outcome_carried ON intake.outcome
    ((split_part(carried_by, ' ', 1) || ' ' || split_part(carried_by, ' ', 2))) WHERE carried_by IS NOT NULL;
