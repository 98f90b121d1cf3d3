"""Which storms a seed makes."""

import random
import unittest

from storm import GREAT, WORKERS, schedule

SECONDS = 50
SYSTEMS = ("dynamics365", "campaign")


class ScheduleTest(unittest.TestCase):
    def strikes(self, seed):
        return schedule(random.Random(seed), SECONDS, SYSTEMS, ("delete",))

    def test_K7_a_seed_makes_one_storm(self):
        self.assertEqual(self.strikes(7), self.strikes(7))
        self.assertNotEqual(self.strikes(7), self.strikes(8))

    def test_R1_every_storm_has_all_that_a_storm_is_there_for(self):
        for seed in range(200):
            with self.subTest(seed=seed):
                strikes = self.strikes(seed)
                kinds = [kind for _, kind, _ in strikes]
                for kind in GREAT:
                    self.assertEqual(kinds.count(kind), 1)
                for kind in ("kill worker", "throttle", "tokens", "delete"):
                    self.assertIn(kind, kinds)
                self.assertEqual({strike["from"] for _, kind, strike in strikes if kind == "cut"}, {"controller", "kafka"})
                self.assertLess(kinds.index("save"), kinds.index("restore"))
                times = [when for when, _, _ in strikes]
                self.assertEqual(times, sorted(times))
                self.assertTrue(all(0 <= when < SECONDS for when in times))
                self.assertTrue(all(strike.get("number", 0) < WORKERS for _, _, strike in strikes))


if __name__ == "__main__":
    unittest.main()
