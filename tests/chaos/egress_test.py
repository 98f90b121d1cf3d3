"""Chaos for egress: events come, some twice, while everything that can be killed is killed and everything that can fail fails: two controllers at
once, replicas cut off from either end, a full disk, a Dynamics 365 that is restored, a stop and start that a replica doesn't hear of.

The schedule follows from the seed (CAUSEWAY_SEED), which is printed. When the storm is over every event of a known contact has exactly one activity,
there is no other, no dead letter, and the books balance.
"""

import os
import pathlib
import random
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from rig import EGRESS, CtlError, wait_for
from storm import Storm, schedule

SEED = int(os.environ.get("CAUSEWAY_SEED", random.randrange(1_000_000)))
EVENTS = int(os.environ.get("CAUSEWAY_EVENTS", 30_000))
STORM_SECONDS = float(os.environ.get("CAUSEWAY_STORM", 50))
ANY_NUMBER = 1_000_000_000


def edited(text):
    return text.replace("poll_interval: 1s\n              egress:", "poll_interval: 0.2s\n              dispatch_window: 256\n              egress:")


class EgressChaosTest(unittest.TestCase):
    def test_R1_E4_exactly_one_activity_each(self):
        print(f"seed {SEED}: again with tests/run chaos --seed {SEED}", flush=True)
        strikes = schedule(random.Random(SEED), STORM_SECONDS, ("dynamics365", "journal", "all"), ("gone",))
        with Storm.rig("egress", contacts=2_000, seed=SEED % 1000 + 1) as rig:
            self.rig = rig
            storm = Storm(rig, "egress", EGRESS, lambda: rig.define(edit=edited), {"gone": self.gone}, restored=lambda: self.begin_anew(storm))
            for worker in storm.workers:
                worker.start()
            rig.define()
            rig.start(EGRESS)
            rig.wait_for_status("RUNNING", EGRESS)
            rig.wait_until_following(EGRESS)
            # An event that comes again is refused as the same activity, which is how it is told (services/egress/README.md).
            rig.expect_duplicates("dynamics365", 1, ANY_NUMBER)
            rig.control("emit", rate=EVENTS / STORM_SECONDS, seconds=STORM_SECONDS, duplicates=0.1, late=0.05, unknown=0.05, other=0.1)
            storm.run(strikes, STORM_SECONDS)
            began = time.monotonic()
            # Once more: in the storm, perhaps nobody read when it came.
            self.gone()
            wait_for(lambda: "CW-JRN-GAP" in rig.ctl("audit", "list", "--limit", "200"), "a position that expired")
            wait_for(lambda: rig.control("counts")["running"] == 0, "the last event")
            rig.wait_until_crossed(lambda: rig.control("compare-events"), EGRESS, 300)
            # What is read after the last activity is there must not make another one.
            rig.ctl("workflows", "watch", EGRESS, "--until-drained", "--timeout", "60")
            compared = rig.wait_until_crossed(lambda: rig.control("compare-events"), EGRESS, 300)
            self.check_that_it_was_a_storm(compared)
            self.assertEqual(rig.status(EGRESS), "RUNNING")
            print(f"  conditions: {storm.conditions()}")
            print(f"  {compared['compared']} activities, each once, after {time.monotonic() - began:.0f} s", flush=True)

    def gone(self):
        """Positions are said to have expired, though nothing was dropped: everything kept is read again, and again."""
        self.rig.control("fail", system="journal", status=410, path="since", count=3, seconds=STORM_SECONDS)

    def begin_anew(self, storm):
        """Activities of after the backup are gone, and nothing tells Causeway: a person has the journal read again from its oldest event."""

        def reset():
            storm.stop()
            try:
                self.rig.ctl("workflows", "reset", EGRESS, "--yes")
            except CtlError:
                return False
            return True

        wait_for(reset, "a reset of egress", every=0.5)
        storm.start()

    def check_that_it_was_a_storm(self, compared):
        """Otherwise the test has proven nothing."""
        events = self.rig.control("counts")["events"]
        self.assertGreaterEqual(events, EVENTS - 1)
        self.assertGreater(compared["compared"], 0.8 * events, "all but the unknown ones and other types")


if __name__ == "__main__":
    unittest.main(verbosity=2)
