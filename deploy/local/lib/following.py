"""Follows a workflow's work until all of it is done: a line of progress, and a Failure when it fails or nothing moves."""

import collections
import dataclasses
import time

import terminal
from terminal import Failure

_INTERVAL = 0.5
_RATE_OVER = 5.0
_PATIENCE = 120.0


@dataclasses.dataclass
class Outlook:
    """How far the work is."""

    done: bool
    crossed: int
    expected: int
    what: str       # "contacts are in Campaign"
    workflow: dict  # causeway.v1.Workflow in JSON.

    def line(self, per_second):
        parts = [f"{self.crossed:,} of {self.expected:,} {self.what}", f"backlog {backlog_of(self.workflow):,}"]
        if per_second >= 1:
            parts += [f"{per_second:,.0f}/s", f"{max(self.expected - self.crossed, 0) / per_second:.0f} s left"]
        if self.workflow["status"] == "STATUS_STARTING":
            parts.append(f"STARTING: {self.workflow.get('waitingFor', '')}")
        parts += [condition["message"] for condition in self.workflow.get("conditions", [])]
        return " · ".join(parts)


def follow(look, again):
    """Shows what `look` returns, an Outlook, until it is done. `again`: what a person does once a failure is repaired."""
    progress, rate = terminal.Progress(), _Rate()
    moved, before = time.monotonic(), None
    try:
        while True:
            seen = look()
            _check(seen.workflow, again)
            if seen.done:
                return
            rate.add(seen.crossed)
            progress.show(seen.line(rate.per_second()))
            if (now := (seen.workflow["status"], backlog_of(seen.workflow), seen.crossed, seen.expected)) != before:
                moved, before = time.monotonic(), now
            if time.monotonic() - moved > _PATIENCE:
                raise Failure(f"nothing has moved for {_PATIENCE:.0f} s: {seen.line(0)}",
                              remedy="Look at it: deploy/local/ctl workflows list; deploy/local/ctl dead-letters list")
            time.sleep(_INTERVAL)
    finally:
        progress.clear()


def backlog_of(workflow):
    return int(workflow.get("backlog", {}).get("records", 0))


def _check(workflow, again):
    if workflow["status"] == "STATUS_FAILED":
        failure = workflow.get("failure", {})
        raise Failure(f"the workflow is FAILED: {failure.get('code', '')} {failure.get('message', '')}",
                      remedy=f"{failure.get('remedy', '')} Then: {again}")


class _Rate:
    """How fast a count grows, over the last seconds."""

    def __init__(self):
        self._samples = collections.deque()

    def add(self, count):
        now = time.monotonic()
        self._samples.append((now, count))
        while now - self._samples[0][0] > _RATE_OVER:
            self._samples.popleft()

    def per_second(self):
        (first, low), (last, high) = self._samples[0], self._samples[-1]
        return (high - low) / (last - first) if last > first else 0.0
