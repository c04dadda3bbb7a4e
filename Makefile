# Two commands: `make run` and `make test`. Each sets everything up from nothing and is quick the second time.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup run test check bench faults lint clean

help:  ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY)  ## Make the virtual environment, with hashed requirements

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Candour needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up: a virtual environment in $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@mkdir -p build
	@touch $(READY)

run: setup  ## Serve the playground on this machine
	@$(BIN)/candour run $(ARGS)

check: setup  ## Report every fault in the knowledge
	@$(BIN)/candour check

lint: setup  ## Style, types and who imports whom
	@echo "Style (ruff)"; $(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo "Types (mypy --strict)"; $(BIN)/mypy --no-error-summary
	@echo "Imports (import-linter)"; $(BIN)/lint-imports --no-logo

test: lint check  ## Everything that must hold
	@$(BIN)/python -m pytest $(ARGS)

bench: setup  ## Print the figures; asserts nothing
	@$(BIN)/python -m bench

faults: setup  ## Kill the process at every step, hundreds of times, and count what was lost (minutes)
	@$(BIN)/python -m tests.faults $(ARGS)

clean:  ## Remove what setup, tests and runs have made
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
