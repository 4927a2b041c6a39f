# Courseware: `make run` starts it, `make test` checks it. Everything else: `make help`.
.DEFAULT_GOAL := help
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
MANAGE := $(PY) manage.py
BIN := .venv/bin
# Tests start many processes: without byte code each of them would compile the whole project.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test lint types unit faults bench pictures lock messages clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: build/assets.stamp build/messages.stamp build/collected.stamp ## Install everything the product needs (done by run and test)

run: setup ## Start the product in demo mode on http://localhost:8000 (PORT=… for another)
	@COURSEWARE_DEMO=1 exec $(MANAGE) demo

test: setup build/dev.stamp ## Check format, lint, types, layers, migrations, messages; run the unit tests
	@$(MAKE) --no-print-directory --jobs 2 lint types
	@$(MAKE) --no-print-directory unit

lint: setup build/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(MANAGE) check --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check_courses --dates-warn

types: setup build/dev.stamp
	$(BIN)/mypy

unit: setup build/dev.stamp
	QUICK_PROPERTIES=1 $(BIN)/pytest -n 2 -m "not services and not e2e and not faults and not wide"

faults: setup build/dev.stamp ## Kill the worker at every named point, on both brokers (long)
	$(BIN)/pytest -m faults tests/faults

bench: setup build/dev.stamp ## Measure pages against the floor of performance (long)
	$(PY) -m tests.bench

pictures: setup build/dev.stamp ## Take the pictures of the guides anew (needs a Chromium; some minutes)
	$(PY) -m tests.pictures

lock: ## Pin requirements with hashes again (needs uv)
	for name in requirements requirements-node requirements-dev; do \
	  uv pip compile --universal --python-version 3.12 --generate-hashes --no-header --no-annotate \
	    --quiet $$name.txt --output-file $$name.lock; \
	done

messages: setup ## Collect translatable strings into locale/ (needs gettext)
	$(MANAGE) collect_messages

clean: ## Remove what setup built; data under var/ stays
	rm -rf .venv node_modules build

# ---------------------------------------------------------------- set-up, each step once
build/python.stamp: requirements.lock .python-version
	@mkdir -p build || { echo "This folder cannot be written: move the project to one that can."; exit 1; }
	@python=$$(.ci/python) && { test -x $(PY) || { echo "Making .venv with $$python …"; "$$python" -m venv .venv; }; }
	@echo "Installing Python packages …"
	@$(PIP) -r requirements.lock
	@touch $@

build/dev.stamp: build/python.stamp requirements-dev.lock
	@echo "Installing tools for the tests …"
	@$(PIP) -r requirements-dev.lock
	@touch $@

build/npm.stamp: build/python.stamp package-lock.json
	@echo "Fetching front-end assets …"
	@.ci/npm ci --no-progress --loglevel=error
	@touch $@

build/assets.stamp: build/npm.stamp static/build.mjs $(wildcard static/css/*.scss static/img/*)
	@echo "Building style sheets and icons …"
	@.ci/npm run build --silent
	@touch $@

build/messages.stamp: build/python.stamp $(wildcard locale/*/LC_MESSAGES/*.po)
	@$(MANAGE) compile_catalogues
	@touch $@

build/collected.stamp: build/assets.stamp $(wildcard static/js/*)
	@$(MANAGE) collectstatic --no-input --clear --verbosity 0
	@touch $@
