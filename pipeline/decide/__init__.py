"""Decide: facts and findings come in; one outcome a registration goes out, and the rows that leave."""
