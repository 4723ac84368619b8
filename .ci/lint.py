"""Reads the workflow files and templates as YAML, holds that the workflow runs each phase of .ci/run, and that the top
level of the repository has nothing but what belongs there, such as a store of a command that somebody tried.

    lint.py PHASE...
"""

import subprocess
import sys
from pathlib import Path

import yaml

TOP_LEVEL = {
    *("pom.xml", "src", "infra", "README.md", "localstack", "bin", "docs", "examples"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "RELEASING.md", "SECURITY.md"),
}


def main(phases):
    tracked = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True).stdout.split("\0")
    top = {path.split("/")[0] for path in tracked if path and not path.startswith(".")}
    if top != TOP_LEVEL:
        sys.exit(f"the top level differs from what lint.py lists in {' '.join(sorted(top ^ TOP_LEVEL))}")
    files = sorted(path for path in Path(".github").rglob("*") if path.suffix in (".yml", ".yaml"))
    documents = {path: yaml.safe_load(path.read_text("utf-8")) for path in files}
    for path, document in documents.items():
        if not isinstance(document, dict):
            sys.exit(f"{path} is no YAML mapping")
    jobs = documents[Path(".github/workflows/ci.yml")]["jobs"]
    matrix = jobs["phase"]["strategy"]["matrix"]["phase"]
    if sorted(matrix) != sorted(phases):
        sys.exit(f"the workflow runs {' '.join(sorted(matrix))}, and .ci/run has {' '.join(sorted(phases))}")


if __name__ == "__main__":
    main(sys.argv[1:])
