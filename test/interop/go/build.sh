#!/usr/bin/env bash
# Builds the Go peer from the module proxy alone, at the versions of go.mod and go.sum.
set -euo pipefail
cd "$(dirname "$0")"
export PATH="$PATH:/usr/local/go/bin" GOFLAGS="-mod=readonly -buildvcs=false -trimpath" GOTOOLCHAIN=local
# go tells of every module that it downloads
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go build -o peer . 2>"$log" || { cat "$log" >&2; exit 1; }
