"""Processes die, hang and are told to stop: nothing is lost, and status tells it (product.md W8, W9, K3, R1)."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import INGRESS, CtlError, wait_for


class CrashesTest(RigCase):
    contacts = 500
    replicas = 2

    def status(self):
        try:
            return self.rig.status()
        except CtlError:
            return None

    def test_W8_killed_workers_are_noticed_and_come_back(self):
        for replica in self.rig.ingress:
            replica.kill()
        wait_for(lambda: self.status() == "STARTING", "the dead workers are noticed", 10)
        self.rig.control("change", contacts=100)
        self.rig.ingress[0].start()
        self.rig.wait_for_status("RUNNING", seconds=15)
        self.rig.wait_until_equal(90)

    def test_R1_either_replica_may_die_during_a_load(self):
        self.rig.control("seed", contacts=3000)
        for replica in self.rig.ingress:
            time.sleep(0.5)
            replica.kill()
            self.rig.control("change", contacts=50)
            time.sleep(1)
            replica.start()
        comparison = self.rig.wait_until_equal(120)
        self.assertEqual(comparison["doubled"], 0)

    def test_K3_two_replicas_share_the_writing(self):
        wait_for(lambda: self.partitions() == [6, 6], "both have partitions", 60)

    def partitions(self):
        return [len(replica.get("partitions", [])) for replica in self.rig.workflow().get("replicas", [])]

    def test_W9_the_controller_comes_back_and_workflows_went_on(self):
        definition = self.rig.ctl("definitions", "export")
        self.rig.controller.kill()
        self.rig.control("change", contacts=100)
        wait_for(lambda: self.rig.control("compare")["different"] == 0, "writing goes on without the controller")
        self.rig.controller.start()
        wait_for(lambda: self.status() == "RUNNING", "it runs, as it did")
        self.assertEqual(self.rig.ctl("definitions", "export"), definition)

    def test_W9_the_broker_comes_back(self):
        self.rig.kafka.kill()
        self.rig.control("change", contacts=100)
        wait_for(lambda: "Degraded" in self.rig.conditions(), "the broker's absence shows", 60)
        self.rig.kafka.start()
        self.rig.wait_until_equal(120)

    def test_W8_a_worker_that_hangs_is_seen_and_replaced(self):
        wait_for(lambda: self.reader() is not None, "a reader")
        reader = next(replica for replica in self.rig.ingress if replica.name == self.reader())
        reader.pause()
        try:
            wait_for(lambda: self.reader() not in (None, reader.name), "another reader", 30)
            self.rig.control("change", contacts=50)
            self.rig.wait_until_equal(90)
        finally:
            reader.resume()
        self.rig.control("change", contacts=50)
        self.assertEqual(self.rig.wait_until_equal(90)["doubled"], 0)

    def reader(self):
        for replica in self.rig.workflow().get("replicas", []):
            if replica.get("reader"):
                return replica["id"]
        return None

    def test_K3_sigterm_ends_a_worker_cleanly_within_ten_seconds(self):
        self.rig.control("delay", system="campaign", seconds=30, milliseconds=200)
        self.rig.control("seed", contacts=1000)
        wait_for(lambda: self.rig.backlog() > 0, "a load")
        self.assertEqual(self.rig.ingress[0].stop(10), 0)
        self.rig.control("heal")
        self.rig.ingress[0].start()
        self.assertEqual(self.rig.wait_until_equal(90)["doubled"], 0)

    def test_K3_sigterm_ends_the_controller_cleanly(self):
        self.assertEqual(self.rig.controller.stop(10), 0)

    def test_R1_a_second_controller_takes_over_and_the_first_ends(self):
        second = self.rig.another_controller("controller-2").start()
        self.addCleanup(second.kill)
        wait_for(lambda: not self.rig.controller.running(), "the first one ends", 30)
        self.assertIn("taken over", self.rig.controller.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
