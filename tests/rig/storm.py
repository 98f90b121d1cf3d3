"""Storms over a rig: everything that can be killed is killed, everything that can fail fails, by a schedule that follows from a seed."""

import collections
import json
import threading
import time

from disk import WITHOUT
from rig import CtlError, Rig, wait_for

WORKERS = 2
BOTH_WAYS = ("requests", "answers")
# What strikes again and again, and how often.
USUAL = {"kill worker": 6, "kill controller": 2, "kill kafka": 1, "pause worker": 2, "cut": 4, "fault": 8, "tokens": 1}
# Once each, in any order, a while apart: what they begin takes its time.
GREAT = ("two controllers", "full disk", "restore", "edit")
# How long a replica that nobody can tell of a new run stays alone with the old one, while the new one writes.
STRANDED_SECONDS = 2


def schedule(dice, seconds, systems, more=()):
    """[(when, what, arguments)]: what strikes, and when, in seconds from the beginning of the load.

    `more`: strikes without arguments that only this storm has.
    What a storm is there for comes once at least, early enough to be felt, whatever else the dice say.
    """
    strikes = []
    for kind in ("kill worker", "throttle", "tokens", *more):
        strikes.append((seconds * dice.uniform(0.1, 0.7), kind, _details(dice, kind, systems)))
    for end in ("controller", "kafka"):
        strikes.append((seconds * dice.uniform(0.1, 0.7), "cut", {**_details(dice, "cut", systems), "from": end}))
    for place, kind in enumerate(dice.sample(GREAT, len(GREAT))):
        when = seconds * (0.12 + 0.6 * (place + dice.uniform(0, 0.5)) / len(GREAT))
        strikes.append((when, kind, _details(dice, kind, systems)))
        if kind == "restore":
            strikes.append((when - seconds * dice.uniform(0.05, 0.1), "save", {}))
    kinds = {**USUAL, **dict.fromkeys(more, 1)}
    now = 0.5
    while now < seconds:
        kind = dice.choices(list(kinds), list(kinds.values()))[0]
        strikes.append((now, kind, _details(dice, kind, systems)))
        now += dice.expovariate(1 / 2.5)
    return sorted(strikes, key=lambda strike: strike[0])


def _details(dice, kind, systems):
    number = dice.randrange(WORKERS)
    if kind in ("kill worker", "pause worker"):
        return {"number": number, "for": dice.uniform(0.1, 8)}
    if kind == "kill controller":
        return {"for": dice.uniform(0.1, 5)}
    if kind == "kill kafka":
        return {"for": dice.uniform(0.5, 4)}
    if kind == "cut":
        return {"number": number, "from": dice.choice(("controller", "kafka")), "for": dice.uniform(1, 12), "late": dice.random() < 0.5,
                "directions": dice.choice((BOTH_WAYS, BOTH_WAYS, ("requests",), ("answers",)))}
    if kind == "two controllers":
        return {"follows": number, "for": dice.uniform(4, 12), "late": dice.random() < 0.5}
    if kind == "full disk":
        return {"number": number, "for": dice.uniform(8, 15)}
    if kind == "edit":
        return {"number": number}
    if kind == "restore":
        return {"delta_links": dice.choice(("rows", "expired"))}
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
    """Carries a schedule out on a rig whose programs are wired: two controllers, and `WORKERS` replicas of one service on disks of their own.

    `edit`: makes another definition current, told once more when it failed. `more`: what a strike that only this storm has does.
    `steadily`: [(seconds, act)], again and again. `restored`: what people do after a restore.
    """

    NAMES = ("controller", "controller-2")

    @classmethod
    def rig(cls, service, **options):
        """One that it can strike."""
        workers = [f"{service}-{number}" for number in range(1, WORKERS + 1)]
        return Rig(replicas=0, wired=(*cls.NAMES, *workers), on_disks=workers, **options)

    def __init__(self, rig, service, workflow, edit, more=None, steadily=(), restored=None):
        self.rig = rig
        self.workflow = workflow
        self.workers = [rig.replica(service, number) for number in range(1, WORKERS + 1)]
        self._standby = rig.another_controller(self.NAMES[1])
        self._rivals = ()
        self._change = edit
        self._more = more or {}
        self._steadily = steadily
        self._restored = restored
        self._revivals = []
        self._acts = []
        self._failures = []

    def run(self, strikes, seconds):
        began = time.monotonic()
        for every, act in self._steadily:
            self._again(every, act, began + seconds)
        for when, kind, arguments in strikes:
            self._until(began + when)
            print(f"  {when:6.2f} s  {kind} {arguments}", flush=True)
            strike = self._more.get(kind) or getattr(self, "_" + kind.replace(" ", "_"))
            strike(**{{"for": "seconds", "from": "end"}.get(name, name): value for name, value in arguments.items()})
        self._until(began + seconds)
        self._calm()

    def _calm(self):
        """Everything is as it should be again, and nothing has ended that hadn't to."""
        for _, revive in self._revivals:
            revive()
        for wire in (wire for wires in self.rig.wires.values() for wire in wires.all()):
            wire.mend()
        self.rig.control("heal")
        self._wait_for_one_controller()
        for act in self._acts:
            act.join(180)
        if self._failures:
            raise self._failures[0]
        for program in (self.rig.kafka, self.rig.controller, *self.workers):
            assert program.running(), f"{program.name} ended by itself"
        wait_for(self.rig.answers, "the controller answers")

    def _wait_for_one_controller(self):
        """It is the one whose claim reached Kafka last, which may have been on the way for long; the other has ended, saying why."""
        if self._rivals:
            wait_for(lambda: [rival.running() for rival in self._rivals].count(True) == 1, "one of two controllers ends", 30)
            self.rig.controller, ended = sorted(self._rivals, key=lambda rival: not rival.running())
            assert "taken over" in ended.log()
            self._lead(self.workers)

    def conditions(self):
        """{condition: how often the replicas' logs tell that it began}: what the storm was felt as."""
        lines = (line for worker in self.workers for line in worker.log().splitlines() if '"condition_began"' in line)
        return dict(collections.Counter("{condition} {code}".format(**json.loads(line)) for line in lines).most_common())

    def _until(self, moment):
        """Revives on the way what has been away for long enough."""
        while True:
            due = sorted((revival for revival in self._revivals if revival[0] <= time.monotonic()), key=lambda revival: revival[0])
            for revival in due:
                self._revivals.remove(revival)
                revival[1]()
            if time.monotonic() >= moment:
                return
            time.sleep(0.02)

    def _later(self, seconds, revive):
        self._revivals.append((time.monotonic() + seconds, revive))

    def _again(self, every, act, until):
        if time.monotonic() + every > until:
            return
        act()
        self._later(every, lambda: self._again(every, act, until))

    def _at_the_same_time(self, act, *arguments):
        def carry_out():
            try:
                act(*arguments)
            except BaseException as failure:
                self._failures.append(failure)
        self._acts.append(threading.Thread(target=carry_out, daemon=True))
        self._acts[-1].start()

    def _kill(self, program, seconds):
        if program.running():
            program.kill()
            self._later(seconds, lambda: program.running() or program.start())

    def _kill_worker(self, number, seconds):
        self._kill(self.workers[number], seconds)

    def _kill_kafka(self, seconds):
        self._kill(self.rig.kafka, seconds)

    def _kill_controller(self, seconds):
        """Whoever has taken its place meanwhile stays."""
        controller = self.rig.controller
        if controller.running():
            controller.kill()
            self._later(seconds, lambda: controller is not self.rig.controller or controller.running() or controller.start())

    def _pause_worker(self, number, seconds):
        program = self.workers[number]
        if program.running():
            program.pause()
            self._later(seconds, lambda: program.running() and program.resume())

    def _cut(self, number, end, directions, seconds, late):
        wires = self.rig.wires[self.workers[number].name]
        wire = wires.controller if end == "controller" else wires.broker
        wire.cut(directions)
        self._later(seconds, lambda: wire.mend(late))

    def _two_controllers(self, follows, seconds, late):
        """The old one can't hear Kafka, and leads one of the replicas on; the new one leads the other one."""
        old, new = self.rig.controller, self._standby
        broker = self.rig.wires[old.name].broker
        broker.cut()
        self._rivals = (old, new) if old.running() else ()
        self.rig.controller = new.start()
        self._lead(self.workers[follows:follows + 1])

        def end():
            broker.mend(late)
            self._lead(self.workers)
        self._later(seconds, end)

    def _lead(self, workers):
        for worker in workers:
            self.rig.wires[worker.name].controller.lead_to(self.rig.port(self.rig.controller.name))

    def _full_disk(self, number, seconds):
        """While the other replica's partitions come over and the table is read again and again: what passes mark is written to the copy, which
        asks the disk for room when 8 MiB have come together."""
        program = self.workers[number]
        disk = self.rig.disks[program.name]
        if not disk.can_be_filled:
            print(f"           skipped: {WITHOUT}", flush=True)
            return
        disk.fill()
        self._again(1, lambda: self.rig.control("expire-delta-tokens"), time.monotonic() + seconds)
        for other in self.workers:
            if other is not program:
                self._kill(other, seconds / 2)

        def free():
            disk.free()
            # It couldn't be begun without a disk.
            if not program.running():
                program.start()
        self._later(seconds, free)

    def _fault(self, fault):
        verb, options = fault
        self.rig.control(verb, **options)

    def _throttle(self, **options):
        self.rig.control("throttle", **options)

    def _tokens(self):
        self.rig.control("expire-tokens", system="all")

    def _save(self):
        """What comes after it makes the versions of the other timeline higher than those that this one will have for a while: a backup is
        hours old, and how a younger one could be noticed nobody knows (docs/decisions/restored-source.md)."""
        self.rig.control("save", name="before")
        self.rig.control("change", contacts=4000)

    def _restore(self, delta_links):
        self.rig.control("load", name="before", delta_links=delta_links)
        if self._restored:
            self._at_the_same_time(self._restored)

    def _edit(self, number):
        self._at_the_same_time(self._stop_edit_and_start, number)

    def _stop_edit_and_start(self, number):
        """One replica doesn't hear of it from the controller."""
        wire = self.rig.wires[self.workers[number].name].controller
        wire.cut()
        try:
            self.insist(self._change)
            self.stop()
            self.start()
            time.sleep(STRANDED_SECONDS)
        finally:
            wire.mend(late=False)

    def insist(self, act, seconds=120):
        """Until no trouble is in the way."""
        def done():
            try:
                return act() is not False
            except CtlError:
                return False
        wait_for(done, f"{act}", seconds, every=0.5)

    def stop(self):
        def stopped():
            if self.rig.status(self.workflow) == "STOPPED":
                return True
            self.rig.ctl("workflows", "stop", self.workflow)
            return False
        self.insist(stopped)

    def start(self):
        def started():
            workflow = self.rig.workflow(self.workflow)
            if workflow["status"] in ("STATUS_STARTING", "STATUS_RUNNING") and not workflow["pendingChanges"]:
                return True
            self.rig.ctl("workflows", "start", self.workflow)
            return False
        self.insist(started)
