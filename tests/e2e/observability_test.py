"""What the dashboards and rules ask a real Prometheus about a real installation (product.md K5)."""

import datetime
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
# Alerts whose expressions find nothing here, and why. Every other query has to give data. tests/observability has all alerts firing.
NOT_HERE = {
    "CausewayBacklogNotDraining": "takes an hour of a backlog that grows",
    "CausewayBacklogOld": "takes a record that has waited for an hour",
    "CausewayBrokerUnreachable": "without its broker nothing else would happen",
    "CausewayControllerAway": "without its controller nothing else would happen",
    "CausewayLeaseLost": "takes a loop that hangs three times",
    "CausewayLoopStalled": "takes a loop that hangs for five minutes",
    "CausewayNoReplica": "without replicas nothing else would happen",
    "CausewayReplicaAway": "without replicas nothing else would happen",
    "CausewayWorkflowFailed": "has a test of its own, below",
    "CausewayWorkflowNotRunning": "takes a quarter of an hour",
}
INSTANCE = "organizations/contoso/instances/stage"


def days_from_now(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class ObservabilityTest(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rig.replica("egress", 1, "--ca-file", cls.certificate("ca", 10), "--kafka-property", f"ssl.ca.location={cls.certificate('kafka-ca', 10)}",
                        "--kafka-property", f"ssl.certificate.location={cls.certificate('kafka-client', 1)}").start()
        cls.rig.start(EGRESS)
        cls.rig.wait_for_status("RUNNING", EGRESS)
        cls.rig.wait_until_following(EGRESS)
        targets = {job: ([cls.rig.address(f"{program}_metrics")], "/metrics") for job, program in SERVICES.items()}
        cls.prometheus = cls.enterClassContext(prometheus.running(targets))

    @classmethod
    def certificate(cls, name, days):
        path = cls.rig.folder / f"{name}.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", f"/CN={name}",
                        "-keyout", path.with_suffix(".key"), "-out", path], check=True, capture_output=True)
        return path

    def has_data(self, promql):
        """A quotient of nothing by nothing is no figure."""
        return any(series["value"][1] != "NaN" for series in self.prometheus.series(promql))

    def test_K5_every_query_of_dashboards_and_rules_gives_data(self):
        asked = [(query, workflow) for workflow in ("ingress", "egress")
                 for query in queries(instance="contoso/stage", workflow=workflow, __rate_interval="1m")]
        self.assertLessEqual(NOT_HERE.keys(), {query.place for query, _ in asked})
        missing = {query.promql: f"{query.place} of {workflow}" for query, workflow in asked if query.place not in NOT_HERE}

        def answered():
            for promql in [promql for promql in missing if self.has_data(promql)]:
                del missing[promql]
            return not missing

        self.take_partitions_over()
        self.drop_events()
        self.let_secrets_expire()
        (self.rig.folder / "kafka-ca.crt").unlink()
        self.make_a_topic_unsafe()  # From now on it couldn't be started.
        self.rig.expect_dead_letters(1)
        refused = self.rig.control("put", values={"firstname": "x" * 45, "lastname": "Too long for Campaign"})["id"]
        dead = 'causeway_records_dead_lettered_total{workflow="ingress"} > 0'
        wait_for(lambda: self.prometheus.series(dead), "a dead letter of ingress")
        # The deletion of what was never written is skipped.
        self.rig.control("delete", id=refused)
        self.assertRefused(3, "CW-API-NOT-FOUND", "workflows", "get", "contoso/stage/nothing")
        self.rig.control("throttle", system="campaign", seconds=600)
        self.rig.control("throttle", system="dynamics365", method="POST", seconds=600)
        self.rig.control("change", contacts=200)
        self.rig.control("emit", events=200, anonymous=0.1)  # Events of nobody are skipped.
        for trouble in ("causeway_backlog_records > 0", "causeway_workflow_degraded"):
            wait_for(lambda: answered() or len(self.prometheus.series(f"count by (workflow) ({trouble})")) == 2, f"{trouble} of both workflows")
        self.rig.control("heal")
        try:
            wait_for(answered, "data from every query")
        except AssertionError as late:
            raise AssertionError(f"{late}: {missing}") from None

    def let_secrets_expire(self):
        for connection, days in (("dynamics365", 10), ("campaign", 1)):
            self.rig.grpc("causeway.v1.ConnectionService/UpdateConnection", {
                "connection": {"name": f"{INSTANCE}/connections/{connection}", connection: {"clientSecretExpireTime": days_from_now(days)}},
                "updateMask": f"{connection}.clientSecretExpireTime"})

    def make_a_topic_unsafe(self):
        backlog = self.rig.topic("backlog", EGRESS)
        self.rig.set_topic(backlog, "retention.ms=1000000")
        self.addCleanup(self.rig.set_topic, backlog, "retention.ms=-1")

    def take_partitions_over(self):
        wait_for(lambda: self.prometheus.series("causeway_index_restore_duration_seconds_count"), "Prometheus knows of those before")
        self.rig.stop(INGRESS)
        self.rig.start(INGRESS)
        self.rig.wait_for_status("RUNNING")

    def drop_events(self):
        """Before they were read: a gap, which is new to a Prometheus that has seen none before."""
        wait_for(lambda: self.prometheus.series('causeway_source_gaps_total{workflow="egress"} == 0'), "Prometheus knows of no gap")
        self.rig.stop(EGRESS)
        self.rig.control("emit", events=50)
        self.rig.control("expire-events", events=1_000_000)
        self.rig.start(EGRESS)
        self.rig.wait_for_status("RUNNING", EGRESS)

    def test_K5_counters_outlast_a_stop_and_start(self):
        written = 'causeway_records_written_total{instance="contoso/stage",workflow="ingress",table="contact"}'
        before = self.rig.metrics("ingress-1")[written]
        self.assertGreaterEqual(before, self.contacts)
        self.rig.stop(INGRESS)
        self.assertEqual(self.rig.metrics("ingress-1")[written], before)
        self.rig.start(INGRESS)
        self.rig.control("change", contacts=20)
        wait_for(lambda: self.rig.metrics("ingress-1")[written] > before, "counted on")

    def test_K5_every_system_that_is_asked_is_shown(self):
        for program, asked in (("ingress-1", {"dynamics365", "entra", "campaign", "ims"}), ("egress-1", {"dynamics365", "entra", "journal", "ims"})):
            with self.subTest(program):
                self.assertEqual(set(re.findall(r'causeway_http_requests_total{system="(\w+)"', self.shown(program).decode())), asked)

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
