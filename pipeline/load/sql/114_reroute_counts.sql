-- A decision that a report stays changes where it stands at Veilig Thuis: its night is counted anew.
CREATE TRIGGER reroute_decided AFTER UPDATE ON intake.reroute REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION intake.note_changed_answer();
