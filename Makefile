# One command each, on a fresh machine: `make run`, `make test`. Needs python 3.11 or newer.
PY      ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
UV      := .tools/bin/uv
LOCKS   := config/requirements
COMPILE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --custom-compile-command "make lock" pyproject.toml
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# `pip --target` works on "externally managed" Pythons too; uv then builds the environment. Where
# there is no uv for a machine, the standard library and pip install the same locked files.
define bootstrap
	@$(PY) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
	    f"Python 3.11 or newer is needed; {sys.executable} is {v[0]}.{v[1]}. Set PY=python3.11")'
	@$(UV) --version >/dev/null 2>&1 || $(PY) -m pip install -q --target .tools uv 2>/dev/null || true
	@if $(UV) --version >/dev/null 2>&1; then \
	    { test -x $(BIN)/python || $(UV) venv -q --python $(PY) $(VENV); } && \
	    $(UV) pip sync -q --python $(BIN)/python --require-hashes $(1); \
	else \
	    { test -x $(BIN)/python || $(PY) -m venv $(VENV); } && \
	    $(BIN)/python -m pip install -q --require-hashes -r $(1); \
	fi
endef

.PHONY: help run reset check test coverage bench chaos lock clean
.DEFAULT_GOAL := help

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

$(VENV)/.app: $(LOCKS)/app.txt
	$(call bootstrap,$<)
	@rm -f $(VENV)/.dev && touch $@

$(VENV)/.dev: $(LOCKS)/dev.txt
	$(call bootstrap,$<)
	@touch $(VENV)/.app $@

# Whoever has the development environment keeps it: it holds all that the product needs.
INSTALLED := $(if $(wildcard $(VENV)/.dev),$(VENV)/.dev,$(VENV)/.app)

run: $(INSTALLED) ## Everything on http://127.0.0.1:8000
	@exec $(BIN)/python -m config.run

reset: $(INSTALLED) ## Forget all data; the next run starts over with fresh demo data
	@$(BIN)/python -m config.run --reset

check: $(VENV)/.dev ## The quick part of the tests, for before a commit
	@$(BIN)/python tests/verify.py quick

test: $(VENV)/.dev ## All tests, on SQLite and PostgreSQL, with a real worker and browser
	@$(BIN)/python tests/verify.py

coverage: $(VENV)/.dev ## What the tests on SQLite reach, file by file
	@$(BIN)/python -m config.run.services --kv -- \
	    $(BIN)/coverage run -m pytest -q -m "not browser and not postgres"
	@$(BIN)/coverage report

bench: $(VENV)/.dev ## How fast it is, beside plain SQL and bare Django; BENCH_QUICK=1 for a taste
	@$(BIN)/python -m config.run.bench

chaos: $(VENV)/.dev ## Evenings of every fault: SEEDS=1000 of them, or SEED=7 once more
	@$(if $(SEED)$(SEEDS),,SEEDS=200) $(BIN)/python -m pytest -q -s -o timeout=0 \
	    tests/property/test_simulation.py -k every_promise

lock: $(VENV)/.dev ## Resolve the dependencies anew, for every platform at once
	$(COMPILE) --group embedded -o $(LOCKS)/app.txt
	$(COMPILE) --group dev -c $(LOCKS)/app.txt -o $(LOCKS)/dev.txt

clean: ## Remove what can be made again; data in var/ stays
	rm -rf $(VENV) .tools staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov
