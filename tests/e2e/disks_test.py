"""A replica whose disk is full writes nothing, says so, and goes on by itself (product.md R1, W5)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from disk import WITHOUT
from rig import wait_for


class DisksTest(RigCase):
    contacts = 8_000
    replicas = 2
    rig_options = {"on_disks": ("ingress-1",)}

    def unusable(self):
        return next((condition for condition in self.rig.workflow().get("conditions", []) if condition["type"] == "StoreUnusable"), None)

    def test_R1_a_full_disk_is_said_others_write_in_its_place_and_nothing_is_doubled(self):
        disk = self.rig.disks["ingress-1"]
        if not disk.can_be_filled:
            self.skipTest(WITHOUT)
        disk.fill()
        self.addCleanup(disk.free)

        def told():
            """What passes mark is written to the copy, which asks the disk for room when 8 MiB have come together."""
            self.rig.control("expire-delta-tokens")
            return self.unusable()
        condition = wait_for(told, "the full disk is told", 180, every=1)
        self.assertEqual(condition["code"], "CW-STO-FULL", condition)
        self.assertEqual(condition["replica"], "ingress-1")
        self.rig.control("seed", contacts=200)
        self.rig.control("change", contacts=200)
        self.rig.wait_until_equal(120)
        self.assertIsNotNone(self.unusable(), "the other one wrote")
        disk.free()
        wait_for(lambda: not self.unusable(), "it goes on by itself", 60)
        self.rig.control("seed", contacts=100)
        self.assertEqual(self.rig.wait_until_equal(120)["doubled"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
