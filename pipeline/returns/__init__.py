"""Back to the units: what was returned and how to mend it, and a receipt of every export."""
