"""Follows e-mail events from Campaign until they are activities in Dynamics 365."""

import re

import terminal
from causewayctl import EGRESS
from following import Outlook, backlog_of, follow
from terminal import Failure

_SWITCHES = {"sends": "send", "opens": "open", "clicks": "click", "bounces": "bounce"}


class Emission:
    """Life: construct, let the sandbox emit, `follow`."""

    def __init__(self, ctl, sandbox):
        self._ctl, self._sandbox = ctl, sandbox
        counts = sandbox.counts()
        self._since, self._activities = counts["events"], sum(counts["activities"].values())
        self._compared = {}

    def follow(self, events):
        """Until so many events have happened, and each that is to become an activity is one. Then they are compared."""
        follow(lambda: self._look(events), again="deploy/local/ctl workflows start contoso/stage/egress")
        if self._compared["different"]:
            raise Failure(f"{self._compared['different']:,} activities are not what the events say", "\n".join(self._compared["examples"]))
        terminal.done(f"{self._compared['compared']:,} of {events:,} events are activities, each once and column by column as the event "
                      "says; the others are not to become any")

    def _look(self, events):
        workflow, counts = self._ctl.workflow(EGRESS), self._sandbox.counts()
        if workflow["status"] == "STATUS_STOPPED":
            raise Failure("egress is STOPPED: the events wait in the journal",
                          remedy="Start it: deploy/local/ctl workflows start contoso/stage/egress")
        emitted = counts["events"] - self._since
        quiet = workflow["status"] == "STATUS_RUNNING" and backlog_of(workflow) == 0 and emitted >= events
        return Outlook(quiet and self._arrived(workflow), sum(counts["activities"].values()) - self._activities, emitted,
                       "events are activities", workflow)

    def _arrived(self, workflow):
        self._compared = self._sandbox.call("compare-events", since=self._since, **_choice(workflow["settings"]["egress"]))
        return self._compared["missing"] == 0


def _choice(settings):
    """What egress's settings say is to become an activity, and where, as compare-events takes it."""
    types = [name for switch, name in _SWITCHES.items() if settings.get(switch)]
    tables = {re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name): value
              for name, value in settings.get("tables", {}).items() if value}
    return {"types": ",".join(types), "tables": tables}
