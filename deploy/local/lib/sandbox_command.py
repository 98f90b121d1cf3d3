"""deploy/local/sandbox: the verbs of the sandbox's control API (services/sandbox/README.md) as a command."""

import argparse
import json

from causewayctl import Causewayctl
from emit import Emission
from installation import Installation
from sandbox_control import SandboxControl
from terminal import Failure

REQUIRED, OMITTED = object(), object()


def _object(text):
    try:
        value = json.loads(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"this is no JSON: {wrong}")
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("give a JSON object")
    return value


# verb: what it does, and its options with type, default (OMITTED: the sandbox's own), and meaning.
_SYSTEM = ("system", str, "both", "dynamics365, entra, campaign, ims, journal, identity, both or all")
_SECONDS = ("seconds", float, 10.0, "for how long")
_TROUBLE = [
    _SYSTEM, _SECONDS, ("share", float, 1.0, "of the requests, 0 to 1"), ("method", str, OMITTED, "only requests with it, as POST"),
    ("path", str, OMITTED, "only requests with it in their path"), ("count", int, OMITTED, "so many requests at most")]
_TABLE = ("table", str, "contact", "logical name")
VERBS = {
    "counts": ("how many rows and records there are", []),
    "seed": ("add contacts to Dynamics 365", [
        ("contacts", int, REQUIRED, "how many"), ("inactive_share", float, 0.1, "which part of them is inactive")]),
    "change": ("change random contacts in Dynamics 365, at a rate or at once", [
        ("rate", float, 100.0, "changes a second"), _SECONDS, ("contacts", int, OMITTED, "change so many at once instead")]),
    "delete": ("delete random contacts from Dynamics 365, or one", [
        ("contacts", int, OMITTED, "how many"), ("id", str, OMITTED, "this one")]),
    "put": ("create or change a row in Dynamics 365", [
        _TABLE, ("id", str, OMITTED, "which row; without it one is created"),
        ("values", _object, REQUIRED, """as JSON: '{"lastname":"Doe"}'""")]),
    "get": ("show a row of Dynamics 365", [_TABLE, ("id", str, REQUIRED, "which row")]),
    "profile": ("show what Campaign holds of a contact", [("external_id", str, REQUIRED, "the contact's id")]),
    "journal": ("list the newest writes in Campaign, in their order", [
        ("since", int, OMITTED, "from this number on"), ("limit", int, OMITTED, "so many at most")]),
    "last-write": ("tell when a record was written in Campaign", [
        ("key", str, REQUIRED, "the record's key, as the contact's id"), ("resource", str, "profile", "which resource")]),
    "throttle": ("answer 429 with Retry-After", [*_TROUBLE, ("retry_after", float, 1.0, "seconds to wait, as told")]),
    "fail": ("answer with an error", [*_TROUBLE, ("status", int, 503, "HTTP status")]),
    "delay": ("answer late", [*_TROUBLE, ("milliseconds", float, 500.0, "how late")]),
    "break": ("break off conversations", [
        *_TROUBLE, ("how", str, "lose-answer", "lose-request, lose-answer, cut-answer, hang or html")]),
    "heal": ("end throttling, failing, delays and breaks", []),
    "expire-tokens": ("make every access token that was given out invalid", [_SYSTEM]),
    "expire-delta-tokens": ("make every delta link of Dynamics 365 invalid", []),
    "expire-events": ("drop the oldest e-mail events from the journal", [("events", int, REQUIRED, "how many")]),
    "secret": ("change a client secret, as after a rotation", [
        ("system", str, "campaign", "dynamics365, campaign, identity or both"), ("secret", str, REQUIRED, "the new one")]),
    "schema": ("take a table, column, resource or field away, or bring it back", [
        ("table", str, OMITTED, "logical name"), ("column", str, OMITTED, "of the table"),
        ("resource", str, OMITTED, "Campaign's"), ("field", str, OMITTED, "of the resource"),
        ("there", int, OMITTED, "0: away, 1: back"), ("change_tracking", int, OMITTED, "of the table: 0 off, 1 on")]),
    "privilege": ("take a privilege on a table away from Dynamics 365's application user, or give it back", [
        _TABLE, ("what", str, REQUIRED, "create, read, write, delete, append or appendto"),
        ("granted", int, 0, "0: taken away, 1: given back")]),
    "limits": ("set Dynamics 365's service protection, and the journal's patience", [
        ("enabled", int, OMITTED, "0 or 1"), ("requests", int, OMITTED, "in a window"), ("concurrent", int, OMITTED, "at once"),
        ("window_seconds", int, OMITTED, "length of the window"),
        ("journal_retry_after", int, OMITTED, "seconds to wait at the journal's end")]),
    "calls": ("count engine calls: requests to Campaign's API, by kind", [("reset", int, OMITTED, "1: begin anew afterwards")]),
    "emit": ("let e-mail events happen in Campaign, at a rate or at once, and see them become activities", [
        ("rate", float, 10.0, "events a second"), _SECONDS, ("events", int, OMITTED, "emit so many at once instead"),
        ("duplicates", float, 0.0, "which part is delivered twice"), ("late", float, 0.0, "behind which part an earlier event comes again"),
        ("unknown", float, 0.0, "which part is of unknown contacts"),
        ("anonymous", float, 0.0, "which part is of profiles without a contact id"),
        ("other", float, 0.0, "which part is of types that no activity is for"),
        ("bytes", int, OMITTED, "how large each is at least"),
        ("wait", int, 1, "1: until the events are activities, 0: not at all")]),
    "compare": ("list contacts whose profile in Campaign differs", []),
    "compare-events": ("list e-mail events whose activity in Dynamics 365 is missing, wrong or double", [
        ("types", str, OMITTED, "of send,open,click,bounce, those that are enabled"),
        ("since", int, OMITTED, "leave the first so many events alone"),
        ("tables", _object, OMITTED, """other tables and columns, as a definition names them: '{"send":"contoso_mailing"}'""")]),
}


def main():
    arguments = vars(_parser().parse_args())
    verb = arguments.pop("verb")
    installation = Installation.open()
    if installation is None:
        raise Failure("nothing is installed here", remedy="Start it: deploy/local/up")
    sandbox = SandboxControl(installation)
    emission = Emission(Causewayctl(installation), sandbox) if arguments.pop("wait", 0) else None
    answer = sandbox.call(verb, **arguments)
    print(json.dumps(answer, indent=2), flush=True)
    if emission:
        emission.follow(*answer.values())
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="sandbox", description="Controls this installation's Dynamics 365 and Campaign.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (what, options) in VERBS.items():
        command = verbs.add_parser(verb, help=what, description=what)
        for name, kind, default, meaning in options:
            told = default is REQUIRED or default is OMITTED
            command.add_argument(
                f"--{name.replace('_', '-')}", type=kind, required=default is REQUIRED,
                default=argparse.SUPPRESS if told else default, metavar=kind.__name__.strip("_").upper(),
                help=meaning if told else f"{meaning} (default: {default})")
    return parser
