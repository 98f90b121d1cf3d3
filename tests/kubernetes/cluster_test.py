"""The chart on a cluster, used as people use it, while data change (product.md K1, K2, K3)."""

import base64
import json
import unittest

from cluster import EGRESS, Installation, wait_for

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

    def test_R1_killed_pods_lose_nothing(self):
        self.load()
        for component in ("ingress", "controller", "egress"):
            self.installation.delete_pod(component, "--grace-period=0", "--force")
        self.assertEqualInTheEnd()

    def test_R1_a_deleted_broker_pod_loses_nothing(self):
        self.load()
        self.installation.delete_pod("kafka")
        self.assertEqualInTheEnd()
        self.installation.delete_pod("kafka", "--grace-period=0", "--force")
        self.load()
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


if __name__ == "__main__":
    unittest.main()
