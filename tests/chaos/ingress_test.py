"""Chaos: a load with live changes while everything that can be killed is killed and everything that can fail fails.

The schedule follows from the seed (CAUSEWAY_SEED), which is printed. When the storm is over: both sides equal, no key twice in
Campaign, ordinals without a gap, backlog 0.
"""

import os
import pathlib
import random
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from rig import Rig, wait_for

SEED = int(os.environ.get("CAUSEWAY_SEED", random.randrange(1_000_000)))
CONTACTS = int(os.environ.get("CAUSEWAY_CONTACTS", 20_000))
STORM_SECONDS = float(os.environ.get("CAUSEWAY_STORM", 60))


def schedule(dice):
    """[(when, what, arguments)]: what strikes, and when, in seconds from the beginning of the load."""
    strikes = []
    now = 0.5
    while now < STORM_SECONDS:
        kind = dice.choices(("kill ingress", "kill controller", "kill kafka", "pause ingress", "fault", "delete", "tokens", "delta"),
                            (6, 2, 1, 2, 8, 2, 1, 1))[0]
        if kind in ("kill ingress", "pause ingress"):
            strikes.append((now, kind, {"number": dice.randrange(2), "for": dice.uniform(0.1, 8)}))
        elif kind == "kill controller":
            strikes.append((now, kind, {"for": dice.uniform(0.1, 5)}))
        elif kind == "kill kafka":
            strikes.append((now, kind, {"for": dice.uniform(0.5, 4)}))
        elif kind == "fault":
            strikes.append((now, kind, {"fault": fault(dice)}))
        else:
            strikes.append((now, kind, {}))
        now += dice.expovariate(1 / 2.5)
    return strikes


def fault(dice):
    """(verb, arguments) of the sandbox's control."""
    system = dice.choice(("dynamics365", "campaign", "both"))
    seconds, share = round(dice.uniform(0.5, 5), 2), round(dice.uniform(0.05, 0.6), 2)
    common = {"system": system, "seconds": seconds, "share": share}
    return dice.choice((
        ("throttle", {**common, "retry_after": 1}),
        ("fail", {**common, "status": dice.choice((500, 502, 503, 504))}),
        ("delay", {**common, "milliseconds": dice.randrange(50, 3000)}),
        ("break", {**common, "how": dice.choice(("lose-request", "lose-answer", "cut-answer", "html"))}),
        ("break", {**common, "how": "hang", "share": 0.02}),
    ))


class Storm:
    """Carries a schedule out."""

    def __init__(self, rig):
        self.rig = rig
        self._revivals = []

    def run(self, strikes):
        began = time.monotonic()
        for when, kind, arguments in strikes:
            self._until(began + when)
            print(f"  {when:6.2f} s  {kind} {arguments}", flush=True)
            self._strike(kind, arguments)
        self._until(began + STORM_SECONDS)
        for _, revive in self._revivals:
            revive()
        self.rig.control("heal")

    def _until(self, moment):
        """Revives on the way what has been away for long enough."""
        while True:
            due = sorted(revival for revival in self._revivals if revival[0] <= time.monotonic())
            for revival in due:
                revival[1]()
                self._revivals.remove(revival)
            if time.monotonic() >= moment:
                return
            time.sleep(0.02)

    def _later(self, seconds, revive):
        self._revivals.append((time.monotonic() + seconds, revive))

    def _strike(self, kind, arguments):
        if kind.startswith("kill"):
            program = {"kill controller": self.rig.controller, "kill kafka": self.rig.kafka}.get(kind)
            program = program or self.rig.ingress[arguments["number"]]
            if program.running():
                program.kill()
                self._later(arguments["for"], program.start)
        elif kind == "pause ingress":
            program = self.rig.ingress[arguments["number"]]
            if program.running():
                program.pause()
                self._later(arguments["for"], lambda: program.running() and program.resume())
        elif kind == "fault":
            verb, options = arguments["fault"]
            self.rig.control(verb, **options)
        elif kind == "delete":
            self.rig.control("delete", contacts=50)
        elif kind == "tokens":
            self.rig.control("expire-tokens", system="both")
        elif kind == "delta":
            self.rig.control("expire-delta-tokens")


class IngressChaosTest(unittest.TestCase):
    def test_R1_W9_nothing_is_lost_and_nothing_doubled(self):
        print(f"seed {SEED}: again with tests/run chaos --seed {SEED}", flush=True)
        dice = random.Random(SEED)
        strikes = schedule(dice)
        rig = Rig(contacts=CONTACTS, replicas=2, seed=SEED % 1000 + 1)
        failed = True
        try:
            rig.define()
            rig.start()
            rig.wait_for_status("RUNNING")
            rig.control("change", rate=100, seconds=STORM_SECONDS)
            Storm(rig).run(strikes)
            for program in (rig.kafka, rig.controller, *rig.ingress):
                self.assertTrue(program.running(), f"{program.name} ended by itself")
            wait_for(rig.answers, "the controller answers")
            comparison = rig.wait_until_equal(300)
            self.assertEqual(comparison["doubled"], 0, "no key is twice in Campaign")
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
