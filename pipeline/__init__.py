"""Meldstroom: from raw police exports to well-founded, minimised reports per Veilig Thuis region."""
