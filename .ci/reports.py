"""Counts tests in the XML reports of Surefire and Failsafe.

    reports.py total DIR          one line for one run
    reports.py floor DIR N        at least N tests passed, and none failed or was skipped
    reports.py same DIR DIR       the tests tagged "s3" of two runs are the same, and none was skipped
    reports.py summary DIR        all runs below DIR: "N passed, N failed, N skipped"
"""

import re
import sys
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path


def outcomes(directory):
    """(class, test) of each run of a test, and how it went."""
    for report in sorted(Path(directory).glob("TEST-*.xml")):
        for case in xml.parse(report).getroot().iter("testcase"):
            kinds = {child.tag for child in case}
            if kinds & {"failure", "error"}:
                outcome = "failed"
            elif "skipped" in kinds:
                outcome = "skipped"
            else:
                outcome = "passed"
            name = case.get("classname", "").split("$")[0]
            yield name, case.get("name", ""), outcome


def line(counts):
    return f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


def total(directory):
    return Counter(outcome for _, _, outcome in outcomes(directory))


def tagged_classes():
    """Classes with @Tag("s3"); a test of the project holds that all that use the server have it."""
    names = set()
    for source in Path("src/test/java").rglob("*.java"):
        if re.search(r'^@Tag\("s3"\)', source.read_text("utf-8"), re.MULTILINE):
            names.add(".".join(source.relative_to("src/test/java").with_suffix("").parts))
    return names


def same(without, with_docker):
    classes = tagged_classes()
    runs = [
        Counter(name for name, _, outcome in outcomes(directory) if name in classes and outcome == "passed")
        for directory in (without, with_docker)
    ]
    print(f"S3 tests passed: {runs[0].total()} without Docker, {runs[1].total()} with")
    for name in sorted(set(runs[0]) | set(runs[1])):
        if runs[0][name] != runs[1][name]:
            print(f"  {name}: {runs[0][name]} without, {runs[1][name]} with")
    others = [total(directory) for directory in (without, with_docker)]
    bad = sum(counts["skipped"] + counts["failed"] for counts in others)
    if bad:
        print(f"  {bad} tests failed or were skipped")
    return runs[0] == runs[1] and runs[0].total() > 0 and not bad


def floor(directory, least):
    counts = total(directory)
    enough = counts["passed"] >= int(least)
    if not enough:
        print(f"  {counts['passed']} tests passed, and .ci/floors wants at least {least}")
    if counts["failed"] or counts["skipped"]:
        print(f"  {counts['failed']} tests failed, {counts['skipped']} were skipped")
    return enough and not counts["failed"] and not counts["skipped"]


def summary(directory):
    counts = Counter()
    for run in sorted(Path(directory).iterdir()):
        if run.is_dir():
            counts += total(run)
    return counts


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "total":
        print(line(total(*arguments)))
    elif command == "summary":
        print(line(summary(*arguments)))
    elif command == "floor":
        sys.exit(0 if floor(*arguments) else 1)
    elif command == "same":
        sys.exit(0 if same(*arguments) else 1)
    else:
        sys.exit(__doc__)
