# Every verb sets up what it needs; `make` alone names them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# A pyenv shim is not an interpreter that uv accepts; ask the interpreter where it really is.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
  "$$p" -c 'import sys; assert sys.version_info >= (3, 11); print(sys.executable)' 2>/dev/null && break; done)
UV := $(shell command -v uv 2>/dev/null || echo .make/uv/uv-program)
VENV := .venv
BIN := $(VENV)/bin
NPM := $(CURDIR)/tools/npm
# Without bytecode kept on the disk every process compiles every module anew: two seconds for each start of a center.
export PYTHONDONTWRITEBYTECODE :=
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

.PHONY: help setup run demo quick check test format lint types imports ui docs api bench soak licences clean

help: ## Name the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.make/uv/uv-program: tools/get_uv.py
	@test -n "$(PYTHON)" || { echo "Switchboard needs Python 3.11 or newer on PATH"; exit 1; }
	@mkdir -p .make
	$(PYTHON) tools/get_uv.py .make/uv
	@touch $@

.make/installed: pyproject.toml uv.lock hatch_build.py $(WEB_SOURCES) $(if $(filter .make/%,$(UV)),$(UV))
	@test -n "$(PYTHON)" || { echo "Switchboard needs Python 3.11 or newer on PATH"; exit 1; }
	@mkdir -p .make
	$(UV) sync --locked --no-dev --python "$(PYTHON)" --quiet
	@rm -f .make/developed
	@touch $@

.make/developed: pyproject.toml uv.lock hatch_build.py $(WEB_SOURCES) $(if $(filter .make/%,$(UV)),$(UV))
	@test -n "$(PYTHON)" || { echo "Switchboard needs Python 3.11 or newer on PATH"; exit 1; }
	@mkdir -p .make
	$(UV) sync --locked --python "$(PYTHON)" --quiet
	@touch $@ .make/installed

setup: .make/developed ## Install everything that work on Switchboard needs

run: .make/installed ## Start the demo center (Ctrl-C stops it)
	@exec $(BIN)/switchboard demo --data .data/demo

demo: run

format: setup ## Format the Python sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## Format and style, as CI sees them
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

imports: setup ## Who may import whom
	$(BIN)/lint-imports --no-cache

types: setup ## mypy --strict
	$(BIN)/mypy

web/node_modules/.installed: web/package-lock.json .make/developed
	cd web && $(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

ui: web/node_modules/.installed ## Check and test the user interface, and that its types are the API's
	cd web && $(NPM) run --silent lint
	cd web && $(NPM) run --silent test
	cd web && $(NPM) run --silent api && git diff --exit-code --stat src/lib/api/openapi.ts

docs: setup ## Build the documentation
	NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet

api: setup web/node_modules/.installed ## Write the API description and the UI's types anew
	GOLDEN=write $(BIN)/pytest -q tests/web/test_openapi.py
	cd web && $(NPM) run --silent api

quick: lint types imports ## What to run before a commit (under two minutes)
	HISTORIES=10 $(BIN)/pytest -q -n 2 --hypothesis-profile=quick -m "not e2e and not postgres and not slow" tests

check: lint types imports licences ui docs ## Everything but the tests

test: setup web/node_modules/.installed ## The whole suite
	@tools/system_packages.sh
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not e2e" tests
	$(BIN)/pytest -q -n 2 --dist loadfile -m e2e tests

bench: setup ## What the product costs, as JSON
	$(BIN)/switchboard bench media

soak: setup ## Long runs outside the gate; the report goes to docs/reports
	$(BIN)/pytest -q tests/soak --timeout 3600

licences: setup ## Every dependency's licence against the allowed list
	$(BIN)/python tools/check_licences.py

clean: ## Remove what was built
	rm -rf .make $(VENV) site web/node_modules src/switchboard/_web .mypy_cache .ruff_cache .pytest_cache .hypothesis
