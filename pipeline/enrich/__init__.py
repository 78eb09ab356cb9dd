"""Screened registrations in; out comes what VT's front office adds by hand: region, history, household, same event."""
