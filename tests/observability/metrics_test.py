"""Rules and dashboards ask for what Causeway shows, and for nothing else (product.md K5)."""

import unittest

from dashboards import dashboards, variables
from documented import OF_PROMETHEUS, TARGET_LABELS, asked_for, metrics
from queries import queries
from rules import recorded


class MetricsTest(unittest.TestCase):
    def setUp(self):
        self.labels = {series: set(metric.labels) for metric in metrics() for series in metric.series()}
        self.recorded = {rule["record"] for rule in recorded()}

    def asked(self):
        """(place, series, labels that are matched) of every query and of every dashboard's variables."""
        asked = [(query.place, query.promql) for query in queries()]
        asked += [(f"{name} / ${variable}", query) for name, board in dashboards().items() for variable, query in variables(board).items()]
        return [(place, *pair) for place, promql in asked for pair in asked_for(promql)]

    def test_K5_every_metric_that_is_asked_for_is_documented(self):
        for place, series, _ in self.asked():
            with self.subTest(place):
                self.assertIn(series, self.labels.keys() | self.recorded | OF_PROMETHEUS)

    def test_K5_every_label_that_is_matched_is_documented(self):
        for place, series, matched in self.asked():
            if series in self.labels:
                with self.subTest(place, series=series):
                    self.assertLessEqual(matched, self.labels[series] | TARGET_LABELS | {"le"})

    def test_K5_every_recorded_rule_is_asked_for(self):
        self.assertEqual({series for _, series, _ in self.asked() if ":" in series}, self.recorded)

    def test_K5_every_metric_is_shown_somewhere(self):
        asked = {series for _, series, _ in self.asked()}
        for metric in metrics():
            with self.subTest(metric.name):
                self.assertTrue(asked & metric.series())


if __name__ == "__main__":
    unittest.main()
