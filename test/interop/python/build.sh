#!/usr/bin/env bash
# Makes venv/ of PyPI, with the versions of requirements.txt; once, until they change.
set -euo pipefail
cd "$(dirname "$0")"
cmp --silent requirements.txt venv/requirements.txt && exit
rm -rf venv
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps --prefer-binary -r requirements.txt
cp requirements.txt venv/requirements.txt
