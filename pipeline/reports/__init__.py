"""Reports: daily counts come in; pages and CSV files for project leaders go out, without small numbers."""
