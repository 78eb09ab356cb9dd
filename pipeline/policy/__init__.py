"""Policy as data: agreements, rules, weights and reference tables, each read strictly and with its dates."""
