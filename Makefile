# Every command of the project. `make` lists them; `make up` and `make test` are the two to know.
# Rust, Node.js and Python are expected; what else a target needs it installs (as root on Debian)
# or names.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
# All checks, tests and local runs share one build tree; `make up` runs what users run.
CI := --profile ci --workspace --locked
ARNO := $(abspath $(TARGET))/ci/arno

.PHONY: help
help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | column -t -s '|'

## Running -----------------------------------------------------------------------------------

.PHONY: up
up: web ## build Arno and run it in the foreground on embedded storage
	cargo build --release --locked -p arno
	exec $(TARGET)/release/arno up

.PHONY: web
web: web/dist/index.html ## build the pages

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/*.json web/*.ts web/index.html -type f 2>/dev/null)
	cd web && npm run build

## Checking ----------------------------------------------------------------------------------

.PHONY: test
test: check lint test-pages test-rust test-scenarios test-fuzz test-sdk test-web test-gateway test-chaos ## run every check and test

.PHONY: check
check: format deps ## formatting, the walls between crates, licences and sources

.PHONY: format
format:
	cargo fmt --all --check

.PHONY: deps
deps:
	python3 -m doctest tests/dependencies.py
	python3 tests/dependencies.py
	command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
	cargo deny --locked check licenses bans sources

.PHONY: lint
lint: web ## clippy, warnings are errors
	cargo clippy $(CI) --all-targets -- -D warnings

.PHONY: test-pages
test-pages: web ## the pages' linter and unit tests
	cd web && npm run lint && npm test

.PHONY: test-rust
test-rust: web nextest ## Rust tests, with the store suite on SQLite and on a real PostgreSQL
	tests/postgres.sh cargo nextest run --cargo-profile ci --workspace --locked

.PHONY: test-store
test-store: nextest ## the store suite alone, on SQLite and on a real PostgreSQL
	tests/postgres.sh cargo nextest run --cargo-profile ci --locked -p arno-store

.PHONY: test-web
test-web: arno tests/web/node_modules/.package-lock.json ## the pages in Chromium against the real server
	tests/need.sh chromium chromium
	cd tests/web && npm run check && npm run lint && ARNO_BIN=$(ARNO) npm test

.PHONY: test-gateway
test-gateway: arno ## the gateway with a real Node-RED and a real OpenID provider
	ARNO_BIN=$(ARNO) tests/gateway/run.sh

.PHONY: test-scenarios
test-scenarios: arno ## what the protocol asks for, call by call, on SQLite and on a real PostgreSQL
	ARNO_BIN=$(ARNO) tests/scenarios/run.sh
	ARNO_BIN=$(ARNO) tests/scenarios/run.sh --engine postgres

.PHONY: test-fuzz
test-fuzz: arno ## requests made from the API's own description; the same ones every time
	ARNO_BIN=$(ARNO) tests/fuzz/run.sh

.PHONY: fuzz
fuzz: arno ## as test-fuzz, much longer and with other requests every time
	ARNO_BIN=$(ARNO) tests/fuzz/run.sh --examples 200 --seed $$RANDOM

.PHONY: test-sdk
test-sdk: arno ## the official SDK and tools: all on SQLite, the core on PostgreSQL
	ARNO_BIN=$(ARNO) tests/sdk/run.sh
	ARNO_BIN=$(ARNO) tests/sdk/run.sh --engine postgres

# Not a part of `make test`, which would take five minutes more; run it when the wire or the SDK tests change.
.PHONY: test-sdk-older
test-sdk-older: arno ## the core with the older SDKs that labs run
	ARNO_BIN=$(ARNO) tests/sdk/run.sh --sdk 1.14.4
	ARNO_BIN=$(ARNO) tests/sdk/run.sh --sdk 1.16.5

.PHONY: test-chaos
test-chaos: arno ## fifty kills under load on each engine
	ARNO_BIN=$(ARNO) tests/chaos/run.sh

## Measuring ---------------------------------------------------------------------------------

.PHONY: bench
bench: web ## measure Arno beside this machine's limits and MLflow; takes long, alone on the machine
	bench/run

.PHONY: bench-web
bench-web: arno tests/web/node_modules/.package-lock.json ## measure the pages in Chromium; takes minutes, alone on the machine
	tests/need.sh chromium chromium
	cd tests/web && ARNO_BIN=$(ARNO) npm run bench

## Showing -----------------------------------------------------------------------------------

.PHONY: screenshots
screenshots: arno tests/web/node_modules/.package-lock.json ## take the pictures of docs/pages.md, of what the examples leave
	tests/need.sh chromium chromium
	export PYTHON=$$(tests/python.sh tests/sdk/requirements.txt); cd tests/web && ARNO_BIN=$(ARNO) npm run screenshots

## What the tests need -----------------------------------------------------------------------

# Built together with the tests, so that the tree compiles once.
.PHONY: arno
arno: web
	cargo build $(CI) --bins --tests

.PHONY: nextest
nextest:
	command -v cargo-nextest >/dev/null || cargo install cargo-nextest --locked

tests/web/node_modules/.package-lock.json: tests/web/package-lock.json
	cd tests/web && npm ci --no-audit --no-fund
