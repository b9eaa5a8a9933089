"""The literature that the rules come from. `docs/flaws.md` has the full references."""

TAXONOMY = "Haladyna & Downing 1989, Applied Measurement in Education 2(1)"
EXAMINERS = "NBME Item-Writing Guide"
POSITIONS = "Attali & Bar-Hillel 2003, Journal of Educational Measurement 40(2)"
READING = "Flesch 1948, Journal of Applied Psychology 32(3); Kincaid and others 1975"
INDEPENDENCE = "Moreno, Martínez & Muñiz 2006, Methodology 2(2)"


def guideline(number: int | str) -> str:
    """One of the 31 guidelines in the review that most later work starts from."""
    return f"Haladyna, Downing & Rodriguez 2002, guideline {number}"
