#!/usr/bin/env python3
"""Every query that the dashboards and rules send to Prometheus.

A panel that says why it is empty, and an alert, may give nothing; every other query gives data wherever a workflow of the service runs.

  tests/observability/queries.py instance=contoso/stage workflow=ingress     prints them, with the variables filled in
"""

import dataclasses
import pathlib
import string
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "deploy" / "grafana" / "lib")]
from dashboards import dashboards, panels
from empty import ALWAYS_FILLED
from rules import rules

# What Grafana fills in by itself, or with everything.
VARIABLES = {"namespace": "", "instance": ".*", "workflow": ".*", "job": ".*", "replica": ".*", "price": "1.5", "__rate_interval": "5m", "__range": "1h"}
NOT_FIRING = "The alert does not fire."
MAY_BE_EMPTY = {"namespace_instance_workflow:causeway_backlog_drain_seconds:deriv5m": "No backlog is draining."}


@dataclasses.dataclass(frozen=True)
class Query:
    place: str  # "workflows / Backlog", "CausewayDeadLetters"
    promql: str
    may_be_empty: str  # why; "": it may not
    labels: frozenset | None = None  # exactly these on each result, so that a table of several columns has one line for each set


def queries(**variables):
    """`variables` are the dashboards': namespace, instance and workflow, job, replica, price; `__rate_interval` and `__range` are durations."""
    values = VARIABLES | variables
    return [*_of_panels(values), *_of_rules()]


def _of_panels(values):
    for name, dashboard in dashboards().items():
        for panel in panels(dashboard):
            empty = panel["fieldConfig"]["defaults"]["noValue"]
            labels = _labels(panel) if panel["type"] == "table" else None
            for target in panel["targets"]:
                yield Query(f"{name} / {panel['title']}", string.Template(target["expr"]).substitute(values),
                            "" if empty == ALWAYS_FILLED else empty, labels)


def _labels(table):
    shown = next(step for step in table["transformations"] if step["id"] == "filterFieldsByName")["options"]["include"]["names"]
    return frozenset(name for name in shown if not name.startswith("Value"))


def _of_rules():
    for rule in rules():
        if "alert" in rule:
            yield Query(rule["alert"], rule["expr"], NOT_FIRING)
        else:
            yield Query(rule["record"], rule["expr"], MAY_BE_EMPTY.get(rule["record"], ""))


if __name__ == "__main__":
    for query in queries(**dict(argument.split("=", 1) for argument in sys.argv[1:])):
        print(f"# {query.place}{f' ({query.may_be_empty})' if query.may_be_empty else ''}\n{query.promql.strip()}\n")
