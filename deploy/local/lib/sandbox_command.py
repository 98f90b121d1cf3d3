"""deploy/local/sandbox: the verbs of the sandbox's control API (services/sandbox/README.md) as a command."""

import argparse
import json

from installation import Installation
from sandbox_control import SandboxControl
from terminal import Failure

# verb: what it does, and its options with type, default (None: required), and meaning.
_SYSTEM = ("system", str, "both", "dynamics365, campaign or both")
_SECONDS = ("seconds", float, 10.0, "for how long")
VERBS = {
    "counts": ("how many rows and records there are", []),
    "seed": ("add contacts to Dynamics 365", [
        ("contacts", int, None, "how many"), ("inactive_share", float, 0.1, "which part of them is inactive")]),
    "change": ("change random contacts in Dynamics 365", [
        ("rate", float, 100.0, "changes a second"), _SECONDS]),
    "delete": ("delete random contacts from Dynamics 365", [("contacts", int, None, "how many")]),
    "throttle": ("answer 429 with Retry-After", [_SYSTEM, _SECONDS, ("retry_after", float, 1.0, "seconds to wait, as told")]),
    "fail": ("answer with an error", [
        _SYSTEM, _SECONDS, ("status", int, 503, "HTTP status"), ("share", float, 1.0, "of the requests, 0 to 1")]),
    "delay": ("answer late", [_SYSTEM, _SECONDS, ("milliseconds", float, 500.0, "how late")]),
    "expire-tokens": ("make every access token that was given out invalid", [_SYSTEM]),
    "calls": ("count engine calls: requests to Campaign's API, by kind", []),
    "heal": ("end throttling, failing and delays", []),
    "emit": ("let e-mail events happen in Campaign", [
        ("rate", float, 10.0, "events a second"), _SECONDS,
        ("duplicates", float, 0.0, "which part is delivered twice"), ("unknown", float, 0.0, "which part is of unknown contacts"),
        ("anonymous", float, 0.0, "which part is of profiles without a contact id")]),
    "compare-events": ("list e-mail events whose activity in Dynamics 365 is missing or double", []),
    "compare": ("list contacts whose profile in Campaign differs", []),
}


def main():
    arguments = vars(_parser().parse_args())
    verb = arguments.pop("verb")
    installation = Installation.open()
    if installation is None:
        raise Failure("nothing is installed here", remedy="Start it: deploy/local/up")
    print(json.dumps(SandboxControl(installation).call(verb, **arguments), indent=2))
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="sandbox", description="Controls this installation's Dynamics 365 and Campaign.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (what, options) in VERBS.items():
        command = verbs.add_parser(verb, help=what, description=what)
        for name, kind, default, meaning in options:
            command.add_argument(
                f"--{name.replace('_', '-')}", type=kind, default=default, required=default is None, metavar=kind.__name__.upper(),
                help=meaning if default is None else f"{meaning} (default: {default})")
    return parser
