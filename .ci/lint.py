"""Reads the workflow files and templates as YAML, and holds that the workflow runs each phase of .ci/run.

    lint.py PHASE...
"""

import sys
from pathlib import Path

import yaml


def main(phases):
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
