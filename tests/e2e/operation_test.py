"""What whoever operates it in a cluster relies on: probes, and metrics that warn in time (product.md K3, K5)."""

import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import EXAMPLE, wait_for

PROGRAMS = ("controller", "ingress-1")


class OperationTest(RigCase):
    def probes(self, probe):
        return {program: self.rig.health(program, probe) for program in PROGRAMS}

    def wait_for_readiness(self, expected):
        wait_for(lambda: self.probes("readiness") == dict.fromkeys(PROGRAMS, expected), f"readiness {expected}", seconds=60)

    def test_K3_a_broker_that_is_away_makes_services_not_ready_and_restarts_nothing(self):
        self.wait_for_readiness("SERVING")
        pids = [self.rig.controller.pid, self.rig.ingress[0].pid]
        self.rig.kafka.kill()
        self.wait_for_readiness("NOT_SERVING")
        self.assertEqual(self.probes("liveness"), dict.fromkeys(PROGRAMS, "SERVING"))
        self.assertEqual(self.rig.metrics("ingress-1")["causeway_broker_reachable"], 0)
        self.rig.kafka.start()
        self.wait_for_readiness("SERVING")
        self.assertEqual(self.rig.metrics("controller")["causeway_broker_reachable"], 1)
        self.assertTrue(self.rig.controller.running() and self.rig.ingress[0].running())
        self.assertEqual([self.rig.controller.pid, self.rig.ingress[0].pid], pids)
        self.rig.control("change", contacts=20)
        self.rig.wait_until_equal()

    def test_K3_a_replica_is_not_ready_before_it_has_reached_the_controller(self):
        self.rig.controller.stop()
        late = self.rig.replica("ingress", 2).start()
        self.addCleanup(late.kill)
        wait_for(lambda: self.rig.health("ingress-2", "liveness") == "SERVING", "alive")
        wait_for(lambda: self.rig.metrics("ingress-2").get("causeway_broker_reachable") == 1, "the broker reached")
        self.assertEqual(self.rig.health("ingress-2", "readiness"), "NOT_SERVING")
        self.rig.controller.start()
        wait_for(lambda: self.rig.health("ingress-2", "readiness") == "SERVING", "ready")

    def test_K5_a_topic_that_can_lose_data_is_shown_by_its_setting(self):
        metric = 'causeway_unsafe_topics{setting="retention.ms"}'
        self.assertNotIn(metric, self.rig.metrics("controller"))
        backlog = self.rig.topic("backlog")
        self.rig.set_topic(backlog, "retention.ms=1000000")
        self.addCleanup(self.rig.set_topic, backlog, "retention.ms=-1")
        wait_for(lambda: self.rig.metrics("controller").get(metric) == 1, "the unsafe topic shown", seconds=60)
        self.assertIn(f'"topic":"{backlog}","setting":"retention.ms"', self.rig.controller.log())
        self.rig.set_topic(backlog, "retention.ms=-1")
        wait_for(lambda: metric not in self.rig.metrics("controller"), "nothing unsafe any more", seconds=60)

    def test_K5_a_secret_that_expires_is_shown_with_its_connection(self):
        metric = 'causeway_secret_expiry_timestamp_seconds{instance="contoso/stage",connection="campaign"}'
        self.assertNotIn(metric, self.rig.metrics("controller"))
        dated = self.rig.folder / "dated.yaml"
        secret = "client_secret: ${env:SANDBOX_CAMPAIGN_CLIENT_SECRET}\n"
        dated.write_text(EXAMPLE.read_text().replace(secret, f"{secret}            client_secret_expire_time: 2027-01-31T00:00:00Z\n"))
        self.rig.define(dated)
        self.addCleanup(self.rig.define)
        expires = datetime.datetime(2027, 1, 31, tzinfo=datetime.timezone.utc).timestamp()
        wait_for(lambda: self.rig.metrics("controller").get(metric) == expires, "the expiry shown")


if __name__ == "__main__":
    unittest.main(verbosity=2)
