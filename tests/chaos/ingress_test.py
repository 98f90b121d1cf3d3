"""Chaos: a load with live changes while everything that can be killed is killed and everything that can fail fails.

The schedule follows from the seed (CAUSEWAY_SEED), which is printed. When the storm is over: both sides equal, no key twice in
Campaign, ordinals without a gap, backlog 0.
"""

import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from rig import Rig, wait_for
from storm import Storm, schedule

SEED = int(os.environ.get("CAUSEWAY_SEED", random.randrange(1_000_000)))
CONTACTS = int(os.environ.get("CAUSEWAY_CONTACTS", 20_000))
STORM_SECONDS = float(os.environ.get("CAUSEWAY_STORM", 60))


class IngressChaosTest(unittest.TestCase):
    def test_R1_W9_nothing_is_lost_and_nothing_doubled(self):
        print(f"seed {SEED}: again with tests/run chaos --seed {SEED}", flush=True)
        strikes = schedule(random.Random(SEED), STORM_SECONDS, ("dynamics365", "campaign", "both"), 2, ("delete", "delta"))
        rig = Rig(contacts=CONTACTS, replicas=2, seed=SEED % 1000 + 1)
        failed = True
        try:
            rig.define()
            rig.start()
            rig.wait_for_status("RUNNING")
            rig.control("change", rate=100, seconds=STORM_SECONDS)
            more = {"delete": lambda: rig.control("delete", contacts=50), "delta": lambda: rig.control("expire-delta-tokens")}
            Storm(rig, rig.ingress, more).run(strikes, STORM_SECONDS)
            for program in (rig.kafka, rig.controller, *rig.ingress):
                self.assertTrue(program.running(), f"{program.name} ended by itself")
            wait_for(rig.answers, "the controller answers")
            comparison = rig.wait_until_equal(300)
            self.assertEqual(comparison["doubled"], 0, "no key is twice in Campaign")
            rig.check_manners()
            self.check_ordinals(rig)
            self.assertEqual(rig.status(), "RUNNING")
            print(f"  equal: {comparison['compared']} contacts; engine calls {rig.calls()}", flush=True)
            failed = False
        finally:
            rig.close(failed)

    def check_ordinals(self, rig):
        """A gap would have failed the workflow (CW-LOG-GAP); what is finished is what was queued, in every partition."""
        for partition in rig.workflow()["backlog"]["partitions"]:
            self.assertEqual(partition["queuedOrdinal"], partition["finishedOrdinal"], partition)


if __name__ == "__main__":
    unittest.main(verbosity=2)
