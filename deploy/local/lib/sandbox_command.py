"""deploy/local/sandbox: the verbs of the sandbox's control API (services/sandbox/README.md) as a command."""

import argparse
import json
import os

from causewayctl import Causewayctl
from emit import Emission
from installation import Installation
from sandbox_control import SandboxControl
from terminal import Failure

REQUIRED, OMITTED, POSITIONAL = object(), object(), object()


def _object(text):
    try:
        value = json.loads(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"this is no JSON: {wrong}")
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("give a JSON object")
    return value


def _list(text):
    try:
        value = json.loads(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"this is no JSON: {wrong}")
    if not isinstance(value, list):
        raise argparse.ArgumentTypeError("give a JSON list")
    return value


def _flag(text):
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise argparse.ArgumentTypeError("say true or false")


# verb: what it does, and its options with type, default (OMITTED: the sandbox's own; POSITIONAL: required, and given without a name),
# and meaning.
_SYSTEM = ("system", str, "both", "dynamics365, entra, campaign, ims, journal, identity, both or all")
_SECONDS = ("seconds", float, 10.0, "for how long")
_TROUBLE = [
    _SYSTEM, _SECONDS, ("share", float, 1.0, "of the requests, 0 to 1"), ("method", str, OMITTED, "only requests with it, as POST"),
    ("path", str, OMITTED, "only requests with it in their path"), ("count", int, OMITTED, "so many requests at most")]
_TABLE = ("table", str, "contact", "logical name")
VERBS = {
    "counts": ("how many rows and records there are", []),
    "seed": ("add contacts to Dynamics 365", [
        ("contacts", int, REQUIRED, "how many"), ("inactive_share", float, 0.1, "which part of them is inactive"),
        ("bytes", int, OMITTED, "how large the notes of each are, for big rows")]),
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
        ("there", _flag, OMITTED, "false: away, true: back"), ("change_tracking", _flag, OMITTED, "of the table: on or off")]),
    "privilege": ("take a privilege on a table away from Dynamics 365's application user, or give it back", [
        _TABLE, ("what", str, REQUIRED, "create, read, write, delete, append or appendto"),
        ("granted", _flag, False, "false: taken away, true: given back")]),
    "read-depth": ("let Dynamics 365's application user read only a part of a table's rows", [
        _TABLE, ("depth", str, POSITIONAL, "basic: its own, local: of its business unit, deep: of the units below too, global: all")]),
    "limits": ("set Dynamics 365's service protection, and the journal's patience", [
        ("enabled", _flag, OMITTED, "whether there are limits"), ("requests", int, OMITTED, "in a window"), ("concurrent", int, OMITTED, "at once"),
        ("window_seconds", int, OMITTED, "length of the window"),
        ("journal_retry_after", int, OMITTED, "seconds to wait at the journal's end")]),
    "calls": ("count engine calls: requests to Campaign's API, by kind", [("reset", _flag, OMITTED, "begin anew afterwards")]),
    "emit": ("let e-mail events happen in Campaign, at a rate or at once, and see them become activities", [
        ("rate", float, 10.0, "events a second"), _SECONDS, ("events", int, OMITTED, "emit so many at once instead"),
        ("duplicates", float, 0.0, "which part is delivered twice"), ("late", float, 0.0, "behind which part an earlier event comes again"),
        ("unknown", float, 0.0, "which part is of unknown contacts"),
        ("anonymous", float, 0.0, "which part is of profiles without a contact id"),
        ("other", float, 0.0, "which part is of types that no activity is for"),
        ("seeds", float, 0.0, "which part went to seed and proof members"),
        ("cut_emojis", float, 0.0, "of which part the campaign's name ends with half of an emoji"),
        ("odd_numbers", float, 0.0, "in which part numbers are 1.0 or \"1\""),
        ("form", str, "all", "nested, flat, quarantine or all: how they say it"),
        ("bytes", int, OMITTED, "how large each is at least"),
        ("wait", _flag, True, "until the events are activities, or not at all")]),
    "stats": ("count what a run that is right leaves at zero: duplicate inserts that were refused, requests that came too early", [
        ("reset", _flag, OMITTED, "begin anew afterwards")]),
    "answer": ("answer chosen requests with any status, code and text, until heal", [
        ("system", str, "campaign", _SYSTEM[3]), ("status", int, REQUIRED, "HTTP status, 200 to 599"),
        ("match", str, OMITTED, "only requests in whose METHOD/path?query this regular expression is found: 'PATCH/.*profile'"),
        ("key", str, OMITTED, "only requests about the record with this key or id, within batches too"),
        ("code", str, OMITTED, "error code, as 0x80040265 or 500"), ("text", str, OMITTED, "error text"),
        ("body", str, OMITTED, "the whole body instead"), ("retry_after", float, OMITTED, "seconds to wait, as told"),
        ("times", int, OMITTED, "so often at most"), ("share", float, OMITTED, "of these requests, 0 to 1")]),
    "unique": ("let no two rows share values: an alternate key, or a rule of duplicate detection", [
        _TABLE, ("name", str, REQUIRED, "of the key or rule"), ("columns", str, REQUIRED, "comma-separated"),
        ("kind", str, "key", "key or duplicates"), ("there", _flag, True, "false: take it away")]),
    "plug-in": ("let a plug-in of the customer's refuse rows; without text: none does any more", [
        _TABLE, ("column", str, OMITTED, "refuses rows with a value in it"), ("value", str, OMITTED, "which one"),
        ("text", str, OMITTED, "what it says")]),
    "spoil": ("give a row an id, or a row or record a value, that no client could have written", [
        _TABLE, ("id", str, OMITTED, "which row"), ("column", str, OMITTED, "which column; without it the id is shown so"),
        ("resource", str, OMITTED, "of Campaign's instead"), ("key", str, OMITTED, "which record"), ("field", str, OMITTED, "which field"),
        ("json", str, OMITTED, """the value as it stands in JSON: null, 7 or '"cut \\ud83d"'""")]),
    "put-record": ("create a record in Campaign as another user, or change the one with a key", [
        ("resource", str, "profile", "which resource"), ("key", str, OMITTED, "of the record that is changed"),
        ("values", _object, REQUIRED, """as JSON: '{"externalId":"…","lastName":"Doe"}'""")]),
    "move-record": ("give a record of Campaign another PKey, as a migration does", [
        ("resource", str, "profile", "which resource"), ("key", str, REQUIRED, "the record's key"),
        ("to_key", str, OMITTED, "another key too, as the same in upper case"),
        ("old_pkey", str, "foreign", "foreign: as never made here, or gone: a deleted record's")]),
    "save": ("back Dynamics 365 up", [("name", str, POSITIONAL, "the backup's, or a file's with a slash in it")]),
    "load": ("restore a backup of Dynamics 365: versions go back too", [
        ("name", str, POSITIONAL, "as it was saved"),
        ("delta_links", str, "rows", "of what was since then: rows (they answer what there is) or expired")]),
    "replica-lag": ("answer reads of Dynamics 365 from a state of some seconds ago", [
        ("seconds", float, REQUIRED, "how old; 0: the present one again"), ("share", float, 1.0, "of the reads, 0 to 1")]),
    "rename": ("let links in a system's answers name another host", [
        ("system", str, "dynamics365", "dynamics365, campaign or journal"), ("host", str, OMITTED, "host:port; without it its own again"),
        ("old_answers", _flag, True, "whether it still answers under other names")]),
    "compare": ("list rows whose record in Campaign differs: contacts by the default mapping, or every table of the mappings", [
        ("mappings", _list, OMITTED, """table mappings as definitions have them, as JSON: '[{"source_table":"contact",…}]'""")]),
    "compare-events": ("list e-mail events whose activity in Dynamics 365 is missing, wrong or double", [
        ("types", str, OMITTED, "of send,open,click,bounce, those that are enabled"),
        ("since", int, OMITTED, "leave the first so many events alone"),
        ("tables", _object, OMITTED, """other tables and columns, as a definition names them: '{"send":"contoso_mailing"}'""")]),
}


_METAVARS = {_object: "JSON", _list: "JSON", _flag: "true|false"}


def main():
    arguments = vars(_parser().parse_args())
    verb = arguments.pop("verb")
    installation = Installation.open()
    if installation is None:
        raise Failure("nothing is installed here", remedy="Start it: deploy/local/up")
    # The sandbox doesn't know from which folder it is called.
    if verb in ("save", "load") and "/" in arguments["name"]:
        arguments["name"] = os.path.abspath(arguments["name"])
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
            if default is POSITIONAL:
                command.add_argument(name, type=kind, metavar=name.upper(), help=meaning)
                continue
            told = default is REQUIRED or default is OMITTED
            command.add_argument(
                f"--{name.replace('_', '-')}", type=kind, required=default is REQUIRED,
                default=argparse.SUPPRESS if told else default, metavar=_METAVARS.get(kind) or kind.__name__.upper(),
                help=meaning if told else f"{meaning} (default: {default})")
    return parser
