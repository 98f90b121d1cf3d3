"""docs/mutations.md, from what is known of each mutation."""
from mutation import Mutation
from scratch import Verdict

HEAD = """# Mutations

Deliberate mistakes in production code, and what finds each of them. `tests/run mutations` makes every one in a scratch copy, builds it, and runs the unit tests of its folder and then the
simulation; this page is written by `tests/mutations/run --report docs/mutations.md`. How to add one: [tests/mutations](../tests/mutations/README.md).

"""


def score(verdicts: dict[Mutation, Verdict]) -> tuple[int, int]:
    """How many were found, of how many that can be."""
    judged = [verdict for mutation, verdict in verdicts.items() if not mutation.equivalent]
    return sum(1 for verdict in judged if verdict.found_by), len(judged)


def page(verdicts: dict[Mutation, Verdict]) -> str:
    found, all_of_them = score(verdicts)
    by = {layer: sum(1 for m, v in verdicts.items() if v.found_by == layer and not m.equivalent) for layer in ("unit", "simulation", "compiler")}
    equivalent = [mutation for mutation in verdicts if mutation.equivalent]
    text = HEAD
    text += f"**{found} of {all_of_them} found** ({100 * found / max(all_of_them, 1):.1f} %): {by['unit']} by unit tests, {by['simulation']} by the simulation, {by['compiler']} by the compiler.\n"
    rooms: dict[str, list[Mutation]] = {}
    for mutation in verdicts:
        rooms.setdefault(mutation.file.rsplit("/", 1)[0], []).append(mutation)
    for room in sorted(rooms):
        text += f"\n## {room}\n\n| mutation | mistake | found by |\n| --- | --- | --- |\n"
        for mutation in rooms[room]:
            if not mutation.equivalent:
                text += f"| `{mutation.name}` | {cell(mutation.mistake)} | {cell(told(verdicts[mutation]))} |\n"
    if equivalent:
        text += "\n## Equivalent\n\nNobody can notice these; why:\n\n| mutation | file | mistake | why |\n| --- | --- | --- | --- |\n"
        for mutation in equivalent:
            text += f"| `{mutation.name}` | `{mutation.file}` | {cell(mutation.mistake)} | {cell(mutation.equivalent)} |\n"
    return text


def told(verdict: Verdict) -> str:
    if not verdict.found_by:
        return "**survives**"
    if verdict.found_by == "unit":
        return f"unit: `{verdict.detail}`"
    return f"{verdict.found_by}: {verdict.detail}"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
