# The two commands of a fresh machine are `make demo` and `make test`; they need Python >= 3.11.

PYTHON ?= python3
PORT ?= 8080
# Most tests wait for the network of this machine, so that each core serves two.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

.PHONY: install demo test check soak bench docs lock clean

# Afterwards .venv/bin/warroom is the program.
install: $(VENV)/runtime

demo: $(VENV)/runtime
	$(RUN) bot demo --port $(PORT)

# Journeys run on one of the databases each; TEST_DATABASES=both runs them on both.
test: $(VENV)/dev
	$(RUN) tests.machine
	$(RUN) pytest -n $(WORKERS) --dist worksteal

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) bot policy check bot/policy.yaml

# So many virtual days of 200 escalations while replicas are killed; two weeks take minutes.
DAYS ?= 14
soak: $(VENV)/dev
	SOAK_DAYS=$(DAYS) $(RUN) pytest -m soak -s tests/soak

# WRITE=1 also writes the table into docs/bench.md.
bench: $(VENV)/dev
	$(RUN) tests.bench $(if $(WRITE),--write)

# Regenerates the tables of settings and commands in README, and .env.example.
docs: $(VENV)/runtime
	$(RUN) bot.admin.settings_table

# Writes the lock files anew from pyproject.toml; they name no index.
lock: $(VENV)/dev
	$(RUN) pip install --quiet uv
	$(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements.lock
	$(RUN) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --extra dev pyproject.toml \
	  -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Warroom needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/runtime: $(VENV)/python requirements.lock
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -c 'import pathlib, sysconfig; \
	  pathlib.Path(sysconfig.get_path("purelib"), "warroom.pth").write_text("$(CURDIR)\n")'
	printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m bot "$$@"\n' > $(BIN)/warroom
	chmod +x $(BIN)/warroom
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.lock
	$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
