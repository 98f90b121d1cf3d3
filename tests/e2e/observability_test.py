"""What the dashboards and rules ask a real Prometheus about a real installation (product.md K5)."""

import pathlib
import re
import subprocess
import sys
import unittest
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "rig"), str(TESTS / "observability")]
import prometheus
from cases import RigCase
from documented import metrics
from queries import queries
from rig import EGRESS, INGRESS, wait_for

SERVICES = {"causeway-controller": "controller", "causeway-ingress": "ingress-1", "causeway-egress": "egress-1"}


class ObservabilityTest(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rig.replica("egress", 1).start()
        cls.rig.start(EGRESS)
        cls.rig.wait_for_status("RUNNING", EGRESS)
        targets = {job: ([cls.rig.address(f"{program}_metrics")], "/metrics") for job, program in SERVICES.items()}
        cls.prometheus = cls.enterClassContext(prometheus.running(targets))

    def test_K5_every_query_of_dashboards_and_rules_gives_data(self):
        self.rig.control("change", contacts=50)
        self.rig.control("emit", events=50)
        for workflow in ("ingress", "egress"):
            for query in queries(instance="contoso/stage", workflow=workflow, __rate_interval="1m"):
                with self.subTest(f"{query.place} of {workflow}"):
                    answered = self.prometheus.series(query.promql)  # Also one that may be empty is understood.
                    if not query.may_be_empty and not answered:
                        wait_for(lambda: self.prometheus.series(query.promql), query.promql)

    def test_K5_every_rule_is_evaluated_without_an_error(self):
        wait_for(lambda: all(rule["health"] != "unknown" for rule in self.prometheus.rules()), "all rules evaluated")
        for rule in self.prometheus.rules():
            with self.subTest(rule["name"]):
                self.assertEqual(rule["health"], "ok", rule.get("lastError"))

    def shown(self, program):
        with urllib.request.urlopen(f"http://{self.rig.address(program + '_metrics')}/metrics", timeout=10) as answer:
            return answer.read()

    def test_K5_metrics_are_as_prometheus_wants_them(self):
        for program in SERVICES.values():
            checked = subprocess.run(["promtool", "check", "metrics"], input=self.shown(program), capture_output=True, timeout=60)
            with self.subTest(program):
                self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, b""))

    def test_K5_every_metric_that_is_shown_is_documented(self):
        documented = {(metric.name, metric.type) for metric in metrics()}
        for program in SERVICES.values():
            with self.subTest(program):
                self.assertLessEqual(set(re.findall(r"^# TYPE (\w+) (\w+)$", self.shown(program).decode(), re.MULTILINE)), documented)

    def test_K5_a_workflow_that_failed_raises_its_alert_and_one_that_runs_again_ends_it(self):
        alert = 'ALERTS{alertname="CausewayWorkflowFailed", alertstate="firing", workflow="ingress"}'
        self.assertEqual(self.prometheus.series(alert), [])
        self.rig.stop(INGRESS)
        self.rig.control("schema", table="contact", column="middlename", there=0)
        self.addCleanup(self.rig.control, "schema", table="contact", column="middlename", there=1)
        self.rig.start(INGRESS)
        self.rig.wait_for_status("FAILED")
        wait_for(lambda: self.prometheus.series(alert), "the alert fires")
        self.rig.control("schema", table="contact", column="middlename", there=1)
        self.rig.start(INGRESS)
        wait_for(lambda: self.prometheus.series(alert) == [], "the alert ends")


if __name__ == "__main__":
    unittest.main(verbosity=2)
