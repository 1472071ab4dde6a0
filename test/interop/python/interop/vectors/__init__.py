"""Reads spec/vectors/*.json, and checks what this implementation has of them."""

import json
from pathlib import Path
from typing import Any

from . import broadcast, mailbox, record
from .report import Report

CHECKS = {
    "broadcast-valid.json": broadcast.valid,
    "broadcast-invalid.json": broadcast.invalid,
    "mailbox-valid.json": mailbox.valid,
    "mailbox-invalid.json": mailbox.invalid,
    "record-valid.json": record.valid,
    "record-invalid.json": record.invalid,
}


def check(directory: str) -> dict[str, Any]:
    checked, failures = {}, []
    for name, check_file in CHECKS.items():
        report = Report(name)
        check_file(json.loads((Path(directory) / name).read_text()), report)
        checked[name] = report.checked
        failures += report.failures
    return {"checked": checked, "failures": failures}
