"""Storms over a rig: everything that can be killed is killed, everything that can fail fails, by a schedule that follows from a seed."""

import time


def schedule(dice, seconds, systems, workers, more=()):
    """[(when, what, arguments)]: what strikes, and when, in seconds from the beginning of the load.

    `workers`: how many replicas there are to be killed. `more`: strikes without arguments that only this storm has.
    What a storm is there for comes once at least, early enough to be felt, whatever else the dice say.
    """
    kinds = ("kill worker", "kill controller", "kill kafka", "pause worker", "fault", "tokens", *more)
    strikes = []
    for kind in ("kill worker", "throttle", "tokens", *more):
        strikes.append((seconds * dice.uniform(0.1, 0.7), kind, _details(dice, kind, systems, workers)))
    now = 0.5
    while now < seconds:
        kind = dice.choices(kinds, (6, 2, 1, 2, 8, 1, *(1 for _ in more)))[0]
        strikes.append((now, kind, _details(dice, kind, systems, workers)))
        now += dice.expovariate(1 / 2.5)
    return sorted(strikes, key=lambda strike: strike[0])


def _details(dice, kind, systems, workers):
    if kind in ("kill worker", "pause worker"):
        return {"number": dice.randrange(workers), "for": dice.uniform(0.1, 8)}
    if kind == "kill controller":
        return {"for": dice.uniform(0.1, 5)}
    if kind == "kill kafka":
        return {"for": dice.uniform(0.5, 4)}
    if kind == "fault":
        return {"fault": fault(dice, systems)}
    if kind == "throttle":
        return {"system": systems[0], "seconds": round(dice.uniform(2, 5), 2), "share": 0.5, "retry_after": 1}
    return {}


def fault(dice, systems):
    """(verb, arguments) of the sandbox's control."""
    system = dice.choice(systems)
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
    """Carries a schedule out on a rig's replicas; `more`: what a strike that only this storm has does."""

    def __init__(self, rig, workers, more=None):
        self.rig = rig
        self.workers = workers
        self._more = more or {}
        self._revivals = []

    def run(self, strikes, seconds):
        began = time.monotonic()
        for when, kind, arguments in strikes:
            self._until(began + when)
            print(f"  {when:6.2f} s  {kind} {arguments}", flush=True)
            self._strike(kind, arguments)
        self._until(began + seconds)
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
            program = program or self.workers[arguments["number"]]
            if program.running():
                program.kill()
                self._later(arguments["for"], program.start)
        elif kind == "pause worker":
            program = self.workers[arguments["number"]]
            if program.running():
                program.pause()
                self._later(arguments["for"], lambda: program.running() and program.resume())
        elif kind == "fault":
            verb, options = arguments["fault"]
            self.rig.control(verb, **options)
        elif kind == "throttle":
            self.rig.control("throttle", **arguments)
        elif kind == "tokens":
            self.rig.control("expire-tokens", system="all")
        else:
            self._more[kind]()
