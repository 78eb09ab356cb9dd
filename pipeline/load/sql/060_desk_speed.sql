-- The page of overruled reasons asks by the day that items came to the desk.
CREATE INDEX hold_since ON intake.hold (since);
