-- Which urgent folders were refused, each for itself. Known by the moment of a unit's last refusal, one whose manifest
-- was written before that moment and came after it was never taken, and nobody was told.
CREATE TABLE intake.refused_drop (
    unit        text NOT NULL,
    name        text NOT NULL,
    night       date NOT NULL,
    mark        text NOT NULL,
    refused_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit, name)
);
COMMENT ON TABLE intake.refused_drop IS 'Urgent folders that cannot be used as they stand; one that is filled anew is taken.';
COMMENT ON COLUMN intake.refused_drop.name IS 'Of the folder under urgent/: a moment.';
COMMENT ON COLUMN intake.refused_drop.mark IS 'As in refusal.';
COMMENT ON COLUMN intake.refusal.mark IS 'SHA-256 of the manifest of the folder that was refused, and of the names, sizes and moments of its files.';
