"""Colours and words, the same in every panel."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

GREEN, YELLOW, ORANGE, RED, BLUE, GREY = "green", "yellow", "orange", "red", "blue", "#808080"

# A status as a number, so that one panel can show it: the greatest of those that hold.
STATUS_NUMBERS = {"STOPPED": 1, "STARTING": 2, "RUNNING": 3, "FAILED": 4}
_STATUS_COLOURS = {"STOPPED": GREY, "STARTING": BLUE, "RUNNING": GREEN, "FAILED": RED}


def status_query(selector):
    numbers = [f'{number} * causeway_workflow_status{{{selector}, status="{status}"}}' for status, number in STATUS_NUMBERS.items()]
    return f"max by (instance, workflow) ({' or '.join(numbers)})"


def _words(words):
    """Words and colours in the place of numbers."""
    return [dashboard.ValueMap(options={
        str(value): dashboard.ValueMappingResult(text=text, color=colour, index=index)
        for index, (value, (text, colour)) in enumerate(words.items())})]


STATUS = _words({number: (status, _STATUS_COLOURS[status]) for status, number in STATUS_NUMBERS.items()})
PENDING = _words({0: ("none", GREEN), 1: ("pending: stop and start", ORANGE)})
READABLE = _words({0: ("not readable", RED), 1: ("readable", GREEN)})
REACHABLE = _words({0: ("no", RED), 1: ("yes", GREEN)})


def thresholds(first, *steps):
    """The first colour, and (value, colour) from where on another one."""
    return build.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(
        [dashboard.Threshold(value=None, color=first), *(dashboard.Threshold(value=value, color=colour) for value, colour in steps)])


PLAIN = thresholds(GREEN)
# The limits of the alert rules (deploy/prometheus/rules).
OLDEST = thresholds(GREEN, (600, YELLOW), (3600, RED))
LEASE = thresholds(GREEN, (10, YELLOW), (30, RED))
ANY_IS_BAD = thresholds(GREEN, (1, RED))
NONE_IS_BAD = thresholds(RED, (1, GREEN))
EXPIRY = thresholds(RED, (3 * 86400, ORANGE), (21 * 86400, GREEN))
