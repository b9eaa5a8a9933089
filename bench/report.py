"""Figures with their aims, as a table."""

from dataclasses import dataclass, field


@dataclass
class Row:
    what: str
    figure: str
    aim: str
    held: bool | None


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)

    def add(self, what, figure, *, aim="", held=None):
        self.rows.append(Row(what, figure, aim, held))

    def show(self):
        table = [("what", "measured", "aim", "")]
        table += [
            (row.what, row.figure, row.aim, {True: "held", False: "MISSED", None: ""}[row.held])
            for row in self.rows
        ]
        widths = [max(len(line[column]) for line in table) for column in range(4)]
        for number, line in enumerate(table):
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            print("| " + " | ".join(cells) + " |")
            if number == 0:
                print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
