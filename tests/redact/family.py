"""A family that does not exist, with the people around it."""

from pipeline.redact import Address, Subject

HOME = Address("Dorpsstraat", "12", "3811AB", "Amersfoort", ("Amersfoort",))
FAMILY = (
    Subject("SO", "Öztürk", None, "Elif", "1990-05-01", HOME),
    Subject("VE", "Vries", "de", "Dennis Hendrik", "1988-02-03", HOME),
    Subject("KI", "Vries", "de", "Jayden", "2016-02-03", HOME),
    Subject("GE", "Berg", "van den", "Karel"),
    Subject("ME", "Smit", None, "Ria", None, Address("Dorpsstraat", "14")),
    Subject("PR", "Bakker", None, "Anouk", organisation="basisschool De Regenboog"),
)
HIDDEN = (
    Subject(
        "SO", "Öztürk", None, "Elif", "1990-05-01", Address("Wilgenstraat", "44", "8021CD", "Zwolle", ("Zwolle",)), True
    ),
    *FAMILY[1:],
)
