"""The commands of `meldstroom`, a module a subject; each imports what is heavy where it is used."""
