"""The release desk: a person looks at what a rule cannot judge; nothing is ever released by a clock."""
