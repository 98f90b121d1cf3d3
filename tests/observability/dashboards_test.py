"""Dashboards: generated, complete, and readable when there is nothing to show (product.md K5)."""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from dashboards import GRAFANA, dashboards, panels, variables
from documented import asked_for

sys.path.insert(0, str(GRAFANA.parent / "local" / "lib"))
import packages

packages.use(GRAFANA / "requirements.txt")
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

GRID_WIDTH = 24


PANELS = [(f"{name} / {panel['title']}", panel) for name, dashboard in dashboards().items() for panel in panels(dashboard)]


def differences(written, read, place="dashboard"):
    """Where what was read back is not what was written. Defaults that come to it are none."""
    if isinstance(written, dict) and isinstance(read, dict):
        return [place_of for name in written for place_of in differences(written[name], read.get(name), f"{place}.{name}")]
    if isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        return [place_of for number, pair in enumerate(zip(written, read)) for place_of in differences(*pair, f"{place}[{number}]")]
    return [] if written == read else [place]


class DashboardsTest(unittest.TestCase):
    def test_K5_dashboards_are_what_the_code_generates(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([GRAFANA / "generate", folder], check=True)
            generated = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir()}
        committed = {path.name: path.read_text() for path in (GRAFANA / "dashboards").iterdir()}
        self.assertEqual(committed.keys(), generated.keys())
        for name in committed:
            self.assertEqual(committed[name], generated[name], f"{name}: run deploy/grafana/generate")

    def test_K5_dashboards_fit_the_schema_of_grafana(self):
        register_default_plugins()
        for name, dashboard in dashboards().items():
            with self.subTest(name):
                read = json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))
                self.assertEqual(differences(dashboard, read), [])

    def test_K5_every_panel_has_a_unit(self):
        for place, panel in PANELS:
            with self.subTest(place):
                self.assertTrue(panel["fieldConfig"]["defaults"].get("unit"))

    def test_K5_every_number_says_what_it_counts(self):
        for place, panel in PANELS:
            defaults = panel["fieldConfig"]["defaults"]
            if panel["type"] != "table" and not defaults.get("mappings"):  # Words need no unit; columns have their own.
                with self.subTest(place):
                    self.assertNotEqual(defaults["unit"], "none")

    def test_K5_limits_can_be_seen(self):
        for place, panel in PANELS:
            defaults = panel["fieldConfig"]["defaults"]
            if panel["type"] == "timeseries" and len(defaults["thresholds"]["steps"]) > 1:
                with self.subTest(place):
                    self.assertNotEqual(defaults["custom"].get("thresholdsStyle", {}).get("mode", "off"), "off")

    def test_K5_every_panel_has_an_id_of_its_own(self):
        for name, dashboard in dashboards().items():
            with self.subTest(name):
                ids = [panel.get("id", 0) for panel in dashboard["panels"]]
                self.assertEqual(len(ids), len(set(ids)))
                self.assertGreater(min(ids), 0)

    def test_K5_every_panel_says_what_it_shows(self):
        for place, panel in PANELS:
            with self.subTest(place):
                self.assertGreater(len(panel.get("description", "")), 15)
                self.assertRegex(panel["description"], r"\.$")

    def test_K5_every_panel_says_what_it_means_when_it_is_empty(self):
        for place, panel in PANELS:
            with self.subTest(place):
                self.assertTrue(panel["fieldConfig"]["defaults"].get("noValue"))

    def test_K5_every_panel_asks_the_chosen_datasource(self):
        for place, panel in PANELS:
            with self.subTest(place):
                self.assertTrue(panel["targets"])
                for asked in (panel, *panel["targets"]):
                    self.assertEqual(asked["datasource"], {"type": "prometheus", "uid": "${datasource}"})

    def test_K5_no_title_stands_twice(self):
        for name, dashboard in dashboards().items():
            titles = collections.Counter(panel["title"] for panel in dashboard["panels"])
            with self.subTest(name):
                self.assertEqual([title for title, count in titles.items() if count > 1], [])

    def test_K5_every_variable_that_is_used_can_be_chosen(self):
        for name, dashboard in dashboards().items():
            used = {variable for panel in panels(dashboard) for target in panel["targets"]
                    for variable in re.findall(r"\$(\w+)", target["expr"]) if not variable.startswith("__")}
            with self.subTest(name):
                self.assertLessEqual(used, variables(dashboard).keys())

    def test_K5_everything_is_of_the_chosen_installation(self):
        for name, dashboard in dashboards().items():
            asked = {f"{name} / {panel['title']}": target["expr"] for panel in panels(dashboard) for target in panel["targets"]}
            asked |= {f"{name} / ${variable}": query for variable, query in variables(dashboard).items() if variable != "namespace"}
            for place, promql in asked.items():
                for series, matched in asked_for(promql):
                    with self.subTest(place, series=series):
                        self.assertIn("namespace", matched)

    def test_K5_panels_lie_side_by_side(self):
        for name, dashboard in dashboards().items():
            cells = collections.Counter(
                (x, y) for panel in dashboard["panels"] for place in [panel["gridPos"]]
                for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"]))
            with self.subTest(name):
                self.assertLess(max(x for x, _ in cells), GRID_WIDTH)
                self.assertEqual(max(cells.values()), 1)


if __name__ == "__main__":
    unittest.main()
