"""The shipped dashboards, as Grafana reads them."""

import json
import pathlib

GRAFANA = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "grafana"


def dashboards():
    return {path.stem: json.loads(path.read_text()) for path in sorted((GRAFANA / "dashboards").glob("*.json"))}


def panels(dashboard):
    """Those that show data."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def variables(dashboard):
    """Name → query."""
    return {variable["name"]: variable["query"] for variable in dashboard["templating"]["list"]}
