"""Load: decided reports come in; rows in the regions' staging tables and the police side's records go out."""
