"""The list of mutations: deliberate mistakes in production code, each a small textual edit of one file.

A list is a TOML file beside this one, one a room (engine.toml: common/engine). README.md says how to write one.
"""
import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parent.parent
KEYS = {"name", "file", "mistake", "before", "after", "equivalent", "tests", "simulation"}


class Invalid(Exception):
    """A list that can't be used: what is wrong, one problem a line."""


@dataclass(frozen=True)
class Mutation:
    name: str
    file: str
    mistake: str
    before: str
    after: str
    # Why nobody can notice it; empty: it has to be found.
    equivalent: str = ""
    # Unit test programs; empty: those of the file's folder.
    tests: tuple[str, ...] = field(default=())
    # Whether the simulation may find it; false for what it doesn't run (gRPC, librdkafka, libcurl, the command line).
    simulation: bool = True

    def apply(self, text: str) -> str:
        return text.replace(self.before, self.after)

    def unit_tests(self, checkout: Path = CHECKOUT) -> tuple[str, ...]:
        return self.tests or tests_of((checkout / self.file).parent)

    def key(self, checkout: Path = CHECKOUT) -> str:
        """Another one when the mutation or its file changes."""
        parts = [self.file, self.before, self.after, (checkout / self.file).read_text()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def tests_of(folder: Path) -> tuple[str, ...]:
    """The unit test programs that a folder's CMakeLists.txt makes."""
    listed = folder / "CMakeLists.txt"
    if not listed.exists():
        return ()
    text = listed.read_text()
    made = re.findall(r"causeway_test\((\S+)\s+LABEL unit", text)
    library = re.search(r"causeway_library\((\S+)[^)]*\bTESTS\b", text)
    return tuple(made + ([library.group(1) + "_test"] if library else []))


def load(folder: Path = FOLDER, checkout: Path = CHECKOUT) -> list[Mutation]:
    """All mutations, in the order of the lists' names. Raises Invalid with every problem of every list."""
    mutations: list[Mutation] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            entries = tomllib.loads(path.read_text()).get("mutation", [])
        except tomllib.TOMLDecodeError as error:
            problems.append(f"{path.name}: {error}")
            continue
        for number, entry in enumerate(entries, 1):
            found = problems_of(entry, checkout)
            problems += [f"{path.name}: mutation {number} ({entry.get('name', 'without a name')}): {what}" for what in found]
            if not found:
                mutations.append(Mutation(**{**entry, "tests": tuple(entry.get("tests", ()))}))
    names = [mutation.name for mutation in mutations]
    problems += [f"{name}: two mutations have this name" for name in sorted({n for n in names if names.count(n) > 1})]
    if problems:
        raise Invalid("\n".join(problems))
    return mutations


def problems_of(entry: dict, checkout: Path) -> list[str]:
    missing = [key for key in ("name", "file", "mistake", "before", "after") if not entry.get(key) and key != "after"]
    problems = [f"{key} is missing" for key in missing]
    if "after" not in entry:
        problems.append("after is missing; it may be empty")
    problems += [f"{key} is no key of a mutation" for key in sorted(set(entry) - KEYS)]
    if problems:
        return problems
    if entry["before"] == entry["after"]:
        return ["it changes nothing"]
    path = checkout / entry["file"]
    if not path.is_file():
        return [f"{entry['file']} isn't there any more"]
    times = path.read_text().count(entry["before"])
    if times == 0:
        return [f"its lines are no longer in {entry['file']}"]
    if times > 1:
        return [f"its lines are {times} times in {entry['file']}; add a line that tells which"]
    return []
