"""The metrics of docs/metrics.md, and what a query asks for."""

import dataclasses
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
# What Prometheus itself says, and the labels that it gives to whatever it scrapes (deploy/prometheus/README.md).
OF_PROMETHEUS = {"up", "ALERTS"}
TARGET_LABELS = {"job", "replica", "namespace"}

_ROW = re.compile(r"^\| `(\w+)` \| (gauge|counter|histogram) \| ([\w, ]*) \|")
_SHOWN_BY = re.compile(r"^Shown by (each replica|the controller|every service)")


@dataclasses.dataclass(frozen=True)
class Metric:
    name: str
    type: str
    labels: tuple
    shown_by: str  # "the controller", "each replica" of a workflow's service, "every service"

    def series(self):
        return {f"{self.name}_{part}" for part in ("bucket", "count", "sum")} if self.type == "histogram" else {self.name}


def metrics():
    found = []
    shown_by = None
    for line in PAGE.read_text().splitlines():
        if by := _SHOWN_BY.match(line):
            shown_by = by[1]
        elif row := _ROW.match(line):
            found.append(Metric(row[1], row[2], tuple(re.findall(r"\w+", row[3])), shown_by))
    return found


def asked_for(promql):
    """Names of series in a query, each with the labels that are matched there."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', promql)
    for name, matchers in re.findall(r"([a-zA-Z_][\w:]*)\s*(\{[^}]*\})?", text):
        if ":" in name or name in OF_PROMETHEUS or re.match(r"(causeway|process)_", name):
            yield name, set(re.findall(r"(\w+)\s*[=!]", matchers))
