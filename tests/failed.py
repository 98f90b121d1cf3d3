"""Prints which tests failed according to JUnit reports, and the end of what each of them said.

  python3 tests/failed.py build/unit.xml build/e2e.xml

A log that is cut keeps its end, so this comes last, in front of the summary.
"""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

LINES_OF_ONE = 40
TESTS_WITH_OUTPUT = 10


def failed(report: Path) -> list[tuple[str, str]]:
    """Name and output of each test that neither passed nor was left out."""
    try:
        cases = ElementTree.parse(report).getroot().iter("testcase")
    except ElementTree.ParseError as error:
        return [("?", f"the report can't be read: {error}")]
    found = []
    for case in cases:
        skipped = case.find("skipped")
        left_out = case.get("status") == "disabled" or (skipped is not None and skipped.get("message") == "SKIP_REGULAR_EXPRESSION_MATCHED")
        if case.get("status") != "run" and not left_out:
            found.append((case.get("name", "?"), case.findtext("system-out") or ""))
    return found


def main(reports: list[str]) -> None:
    all_failed = [(Path(report).stem, *one) for report in reports for one in failed(Path(report))]
    for number, (layer, name, output) in enumerate(all_failed):
        print(f"\nFAILED in {layer}: {name}")
        if number < TESTS_WITH_OUTPUT:
            print("\n".join("    " + line for line in output.rstrip().splitlines()[-LINES_OF_ONE:]))


if __name__ == "__main__":
    main(sys.argv[1:])
