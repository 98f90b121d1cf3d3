"""Chaos for egress: events come, some twice, while everything that can be killed is killed and everything that can fail fails.

The schedule follows from the seed (CAUSEWAY_SEED), which is printed. When the storm is over every event of a known contact has
exactly one activity, and there is no other.
"""

import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from rig import EGRESS, Rig, wait_for
from storm import Storm, schedule

SEED = int(os.environ.get("CAUSEWAY_SEED", random.randrange(1_000_000)))
EVENTS = int(os.environ.get("CAUSEWAY_EVENTS", 50_000))
STORM_SECONDS = float(os.environ.get("CAUSEWAY_STORM", 60))


class EgressChaosTest(unittest.TestCase):
    def test_R1_E4_exactly_one_activity_each(self):
        print(f"seed {SEED}: again with tests/run chaos --seed {SEED}", flush=True)
        strikes = schedule(random.Random(SEED), STORM_SECONDS, ("dynamics365", "journal", "all"), 2, ("gone",))
        rig = Rig(contacts=2_000, replicas=0, seed=SEED % 1000 + 1)
        failed = True
        try:
            workers = [rig.replica("egress", number).start() for number in (1, 2)]
            rig.define()
            rig.start(EGRESS)
            rig.wait_for_status("RUNNING", EGRESS)
            rig.wait_until_following(EGRESS)
            rig.control("emit", rate=EVENTS / STORM_SECONDS, seconds=STORM_SECONDS, duplicates=0.1, late=0.05, unknown=0.05, other=0.1)
            # Positions that are said to have expired, though nothing was dropped: everything kept is read again, and again.
            more = {"gone": lambda: rig.control("fail", system="journal", status=410, path="since", count=3, seconds=STORM_SECONDS)}
            Storm(rig, workers, more).run(strikes, STORM_SECONDS)
            for program in (rig.kafka, rig.controller, *workers):
                self.assertTrue(program.running(), f"{program.name} ended by itself")
            wait_for(lambda: rig.control("counts")["running"] == 0, "the last event")
            wait_for(rig.answers, "the controller answers")
            rig.wait_until_crossed(lambda: rig.control("compare-events"), EGRESS, 300)
            # What is read after the last activity is there must not make another one.
            rig.ctl("workflows", "watch", EGRESS, "--until-drained", "--timeout", "60")
            compared = rig.wait_until_crossed(lambda: rig.control("compare-events"), EGRESS, 300)
            self.check_that_it_was_a_storm(rig, compared)
            self.assertEqual(rig.status(EGRESS), "RUNNING")
            print(f"  {compared['compared']} activities, each once", flush=True)
            failed = False
        finally:
            rig.close(failed)

    def check_that_it_was_a_storm(self, rig, compared):
        """Otherwise the test has proven nothing."""
        events = rig.control("counts")["events"]
        self.assertGreaterEqual(events, EVENTS - 1)
        self.assertGreater(compared["compared"], 0.8 * events, "all but the unknown ones and other types")
        self.assertGreaterEqual(int(rig.workflow(EGRESS)["sourceGaps"]), 1, "a position expired")


if __name__ == "__main__":
    unittest.main(verbosity=2)
