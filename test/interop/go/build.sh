#!/usr/bin/env bash
# Builds the Go peer from the module proxy alone, at the versions of go.mod and go.sum.
set -euo pipefail
cd "$(dirname "$0")"
export PATH="$PATH:/usr/local/go/bin" GOFLAGS="-mod=readonly -buildvcs=false -trimpath" GOTOOLCHAIN=local
go build -o peer .
