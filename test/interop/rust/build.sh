#!/usr/bin/env bash
# Builds target/debug/interop-peer from crates.io, with the versions of Cargo.lock.
set -euo pipefail
cd "$(dirname "$0")"
exec cargo build --locked --quiet
