"""Results as a table for people and as JSON."""

import dataclasses
import json

from rounds import Spread


def number(value):
    if isinstance(value, Spread):
        return f"{value.median:.2f} ({value.low:.2f}–{value.high:.2f})"
    if isinstance(value, float):
        return f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"
    return "–" if value is None else str(value)


def width(key, title):
    """Of a column, before its values are known."""
    if key in ("case", "against"):
        return 19
    return max(len(title), 18 if "ratio" in key or "faster" in key else 8)


class Table:
    """A Markdown table, one section of the results, printed row by row."""

    def __init__(self, columns):
        self.columns = columns
        self.widths = {key: width(key, title) for key, title in columns.items()}

    def head(self):
        titles = [title.rjust(self.widths[key]) for key, title in self.columns.items()]
        rules = ["-" * (self.widths[key] - 1) + ":" for key in self.columns]
        return f"| {' | '.join(titles)} |\n| {' | '.join(rules)} |"

    def row(self, values):
        cells = [number(values[key]).rjust(self.widths[key]) for key in self.columns]
        return f"| {' | '.join(cells)} |"


def to_json(results):
    def plain(value):
        if isinstance(value, Spread):
            return {key: round(part, 3) for key, part in dataclasses.asdict(value).items()}
        return round(value, 2) if isinstance(value, float) else value
    return json.dumps({section: [{key: plain(value) for key, value in row.items()} for row in rows]
                       for section, rows in results.items()}, indent=2) + "\n"
