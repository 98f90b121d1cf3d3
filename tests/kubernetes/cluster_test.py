"""The chart on a cluster, used as people use it, while data change (product.md K1, K2, K3)."""

import base64
import json
import unittest

from cluster import EGRESS, OWN, Installation, wait_for
from scraped import documented_job, job_of, queries, scraping

SERVICES = ("controller", "ingress", "egress")
SMALL = {"sandbox.contacts": 2000, "kafka.bundled.resources": {"requests": {"cpu": "50m", "memory": "400Mi"}, "limits": {"memory": "1Gi"}}}


class InstallationCase(unittest.TestCase):
    """One installation a class."""

    values = {}
    installation = None
    failed = False

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.installation = Installation()
        try:
            cls.prepare()
            cls.installation.install(cls.values)
        except BaseException:
            cls.installation.close(failed=True)
            raise

    @classmethod
    def prepare(cls):
        """Before the install."""

    @classmethod
    def tearDownClass(cls):
        cls.installation.close(failed=cls.failed)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        type(self).failed |= len(result.failures) + len(result.errors) > before


class SandboxTest(InstallationCase):
    values = {**SMALL, "sandbox.enabled": True, "kafka.bundled.persistence.enabled": True, "sandbox.persistence.enabled": True}

    @classmethod
    def prepare(cls):
        cls.installation.provide_volume("kafka")
        cls.installation.provide_volume("sandbox")

    def setUp(self):
        self.installation.wait_until_equal()

    def load(self):
        """Data change and e-mail events happen for a while."""
        self.installation.control("change", rate=50, seconds=20)
        self.installation.control("emit", rate=10, seconds=20)

    def assertEqualInTheEnd(self):
        last = self.installation.wait_until_equal()
        self.assertGreaterEqual(last["contacts"]["compared"], SMALL["sandbox.contacts"])

    def test_K2_helm_test_passes(self):
        self.assertIn("Succeeded", self.installation.test())

    def test_K2_contacts_and_events_cross(self):
        self.load()
        self.assertEqualInTheEnd()
        self.assertEqual(self.installation.workflow(EGRESS)["status"], "STATUS_RUNNING")

    def test_K3_scaled_to_three_and_back(self):
        self.load()
        self.installation.kubectl("scale", "deployment/demo-ingress", "--replicas=3")
        self.installation.rollout("deployment/demo-ingress")
        self.installation.wait_for_replicas(3)
        self.installation.kubectl("scale", "deployment/demo-ingress", "--replicas=1")
        self.installation.wait_for_replicas(1)
        self.assertEqualInTheEnd()

    def test_K3_rollout_restarts_lose_nothing(self):
        self.load()
        for deployment in ("demo-ingress", "demo-egress", "demo-controller"):
            self.installation.kubectl("rollout", "restart", f"deployment/{deployment}")
            self.installation.rollout(f"deployment/{deployment}")
        self.assertEqualInTheEnd()

    def test_K2_upgrade_and_rollback_lose_nothing(self):
        self.load()
        self.installation.upgrade({"controller.maxColumns": 60, "pod.annotations": {"upgraded": "yes"}})
        self.assertEqualInTheEnd()
        self.load()
        self.installation.rollback()
        self.assertEqualInTheEnd()

    def test_K3_a_drained_node_loses_nothing(self):
        self.load()
        self.installation.drain_and_uncordon("app.kubernetes.io/component in (ingress, egress, controller)")
        self.assertEqualInTheEnd()

    def test_K3_a_broker_that_is_away_makes_services_unready_and_restarts_none(self):
        before = self.restarts_of_services()
        self.installation.kubectl("scale", "statefulset/demo-kafka", "--replicas=0")
        wait_for(lambda: not any(self.installation.ready(service) for service in SERVICES), "no service is ready")
        with self.assertRaises(AssertionError):  # Longer than three liveness probes take.
            wait_for(lambda: self.restarts_of_services() != before, "a restart", seconds=45)
        self.installation.kubectl("scale", "statefulset/demo-kafka", "--replicas=1")
        wait_for(lambda: all(self.installation.ready(service) for service in SERVICES), "all are ready")
        self.load()
        self.assertEqualInTheEnd()

    def restarts_of_services(self):
        return {name: count for name, count in self.installation.restarts().items() if any(f"-{service}-" in name for service in SERVICES)}

    def test_K3_a_fatal_error_is_in_the_pods_status_with_its_code(self):
        self.installation.kubectl("set", "env", "deployment/demo-egress", "CAUSEWAY_STATE_DIR=/nowhere")
        try:
            message = wait_for(lambda: self.installation.last_words("egress"), "a termination message")
            self.assertRegex(message, "^CW-CONFIG: .*/nowhere")
            # Those that run go on until new ones are ready.
            self.assertTrue(self.installation.ready("egress"))
        finally:
            self.installation.kubectl("rollout", "undo", "deployment/demo-egress")
            self.installation.rollout("deployment/demo-egress")

    def test_K3_pods_that_are_told_to_end_end_with_code_0(self):
        self.load()
        for component in (*SERVICES, "sandbox", "kafka"):
            with self.subTest(component):
                self.assertEqual(self.installation.end_pod(component), 0)
        self.assertEqualInTheEnd()

    @unittest.skipUnless(OWN, "processes of nodes are out of reach")
    def test_R1_killed_processes_lose_nothing(self):
        self.load()
        for service in SERVICES:
            before = self.restarts_of_services()
            self.installation.kill_process(f"causeway-{service}")
            wait_for(lambda: any(count > before.get(pod, 0) for pod, count in self.restarts_of_services().items()), f"{service} is started again")
        self.assertEqualInTheEnd()

    def test_R1_killed_pods_lose_nothing(self):
        self.load()
        for component in ("ingress", "controller", "egress"):
            self.installation.delete_pod(component, "--grace-period=0", "--force")
        self.assertEqualInTheEnd()

    def test_R1_a_deleted_broker_pod_loses_nothing(self):
        self.load()
        self.installation.delete_pod("kafka")
        self.assertEqualInTheEnd()
        self.load()
        self.installation.delete_pod("kafka", "--grace-period=0", "--force")
        self.assertEqualInTheEnd()

    def test_K3_the_log_level_changes_without_a_restart(self):
        before = self.installation.restarts()
        for level in ("debug", "info"):
            self.installation.kubectl("patch", "configmap/demo-log-level", "--patch", json.dumps({"data": {"level": level}}))
            # The kubelet takes up to a minute and a half to hand it over.
            for service in ("controller", "ingress", "egress"):
                wait_for(lambda: f'"event":"log_level_changed","from":"{"info" if level == "debug" else "debug"}","to":"{level}"'
                         in self.installation.kubectl("logs", f"deployment/demo-{service}"), f"{service} logs {level}", seconds=180)
        self.assertEqual(self.installation.restarts(), before)


@unittest.skipUnless(OWN, "the pods' addresses are out of reach")
class ScrapedTest(InstallationCase):
    values = {**SMALL, "sandbox.enabled": True, "ingress.replicas": 2, "metrics.podMonitor.enabled": True, "metrics.prometheusRule.enabled": True,
              "metrics.dashboards.enabled": True}

    @classmethod
    def prepare(cls):
        cls.installation.provide_kinds("podmonitors", "prometheusrules")

    def test_K5_the_documented_job_finds_what_the_pod_monitor_does(self):
        monitor = json.loads(self.installation.kubectl("get", "podmonitor/demo", "-o", "json"))
        found = []
        for job in (job_of(monitor), documented_job()):
            with scraping(job, self.installation) as prometheus:
                wait_for(lambda: len(prometheus.targets()) == 4, "four targets")
                found.append(prometheus.targets())
        self.assertEqual(found[1], found[0])

    def test_K5_every_query_of_panels_and_rules_gives_data(self):
        self.installation.control("change", rate=20, seconds=300)
        self.installation.control("emit", rate=5, seconds=300)
        asked = queries(namespace=self.installation.namespace, instance="contoso/stage", workflow="ingress", __rate_interval="1m")
        with scraping(documented_job(), self.installation) as prometheus:
            def empty():
                return {query.place: query.promql for query in asked if not query.may_be_empty and not prometheus.series(query.promql)}
            try:
                wait_for(lambda: not empty(), "every query gives data")
            except AssertionError:
                self.assertEqual(empty(), {})
            for query in asked:
                prometheus.series(query.promql)
            self.assertEqual([rule for rule in prometheus.rules() if rule["health"] != "ok"], [])
            self.assertEqual(len(prometheus.series('count by (replica) (causeway_records_written_total{job="causeway-ingress"})')), 2)


class MasterKeyTest(InstallationCase):
    values = {**SMALL, "kafka.bundled.enabled": True}

    def key(self):
        secret = json.loads(self.installation.kubectl("get", "secret/demo-master-key", "-o", "json"))
        return base64.b64decode(secret["data"]["master-key"])

    def test_K2_upgrades_and_an_uninstall_keep_the_master_key(self):
        key = self.key()
        self.installation.upgrade({"controller.maxColumns": 60})
        self.assertEqual(self.key(), key)
        self.installation.uninstall()
        self.assertEqual(self.key(), key)
        wait_for(lambda: not self.installation.kubectl("get", "pods", "-l", "app.kubernetes.io/component!=client", "-o", "name"), "no pods are left")
        self.installation.install({})
        self.assertEqual(self.key(), key)
        self.assertIn("Succeeded", self.installation.test())


class OwnKafkaTest(InstallationCase):
    """A Kafka that isn't the chart's."""

    values = {"kafka.bootstrapServers": "broker-kafka:9092"}

    @classmethod
    def prepare(cls):
        cls.installation.provide_kafka("broker")

    def reinstall(self):
        self.installation.uninstall()
        wait_for(lambda: not any(self.installation.pods(service) for service in SERVICES), "no pods are left")
        self.installation.install({})

    def test_K2_topics_stay_unless_told_otherwise(self):
        self.installation.ctl("organizations", "create", "acme")
        self.reinstall()
        self.assertIn("acme", self.installation.ctl("organizations", "list"))
        self.installation.upgrade({"kafka.deleteTopicsOnUninstall": True})
        self.reinstall()
        self.assertNotIn("acme", self.installation.ctl("organizations", "list"))


if __name__ == "__main__":
    unittest.main()
