"""What does not belong in a column that a unit fills by hand is not shared; what does, is."""

import polars as pl
import pytest

from pipeline.screen.elements import of_shape


def fits(column, value):
    return pl.DataFrame({column: [value]}).select(of_shape()[f"shape:{column}"]).item()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            ("house_number", value)
            for value in ("1", "12", "12a", "12 A", "12-14", "12bis", "3 t/o", "1012 A2", "ong.")
        ),
        *(
            ("house_number_suffix", value)
            for value in ("A", "bis", "2-hoog", "III", "IV", "hs", "A-2", "rood", "12", "2e")
        ),
        *(("street", value) for value in ("Plein 1944", "A2 re 45,3", "Burg. van Dijkstr.", "Kerkstraat (Noord)")),
        *(
            ("street", value)
            for value in ("Mevrouw Bosstraat", "Familie Boumaweg", "Achter de Kerk", "1e Oosterparkstraat")
        ),
        *(("place", value) for value in ("'s-Gravenhage", "Bergen (NH)", "Capelle aan den IJssel", "Sint Jansteen")),
        *(("postcode", value) for value in ("1012AB", "1012 AB", "1012", "48153", "D-48153", "SW1A 1AA")),
        ("municipality_code", "0363"),
        *(
            ("contact_department", value)
            for value in ("Loket HG", "Team Zorg & Veiligheid Noord", "Wijkagenten Almere")
        ),
        *(("contact_department", value) for value in ("Afd. Z.V.P.", "Basisteam A'dam-Noord 2", "Bureau Jeugd")),
        *(("contact_phone", value) for value in ("0900-8844", "06-12345678", "+31 88 1234567", "0900-8844 optie 2")),
        *(("contact_phone", value) for value in ("Tel. 070-1234567 of 0900-8844", "(070) 123 45 67")),
        *(
            ("contact_email", value)
            for value in ("loket-hg.re06@politie.example", "hg@politie.example", "team1@a.example")
        ),
    ],
)
def test_what_belongs_there_fits(column, value):
    assert fits(column, value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            ("house_number", value)
            for value in ("12 bij fam. Vonderik", "12 Vonderik", "12Vonderik", "bij Vos", "Vonderik")
        ),
        *(
            ("house_number_suffix", value)
            for value in ("t/o Vonderik", "A fam. Vos", "06-71234567 Vonderik", "bij de buren")
        ),
        *(
            ("street", value)
            for value in ("Kerkstraat, huis van Vonderik", "Kerkstraat bij mevr. Vonderik", "Laan tel:06")
        ),
        *(("street", value) for value in ("Kerkstraat 0671234567", "Kerkstraat woning van Vonderik", "x@post.example")),
        *(("place", value) for value in ("Assen, bij haar zus", "Assen fam. Vonderik")),
        *(("postcode", value) for value in ("1012AB Vonderik",)),
        *(("contact_department", value) for value in ("Wijkagent Vonderik", "t.a.v. de Vonderik", "J. Vonderik")),
        *(("contact_department", value) for value in ("Loket, A.B. van der Vonderik", "Loket 06-71234567")),
        *(("contact_phone", value) for value in ("0671234567 Vonderik", "Vonderik", "bel Jan 0671234567")),
        *(
            ("contact_email", value)
            for value in ("j.vonderik@politie.example", "j.a.vonderik@politie.example", "vonderik")
        ),
    ],
)
def test_what_does_not_belong_there_does_not(column, value):
    assert not fits(column, value)
