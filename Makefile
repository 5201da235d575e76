# `make run` and `make test` on a fresh clone are all that a newcomer needs; `make help` lists the rest.

PYTHON := .venv/bin/python
FRONTEND_SOURCES := $(shell find frontend clients/typescript -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/templates/*' -not -path '*/test*/*')

.DEFAULT_GOAL := help
.PHONY: help setup run test test-full chaos lint fmt bench

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.made node_modules/.made frontend/dist/.made clients/typescript/dist/index.js ## Make the environment and build what browsers run, where something changed

run: setup ## Serve at http://127.0.0.1:8000 (PORT, HOST, SERVER=daphne|uvicorn, WORKERS, DATABASE_URL, REDIS_URL)
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py seed
	@exec $(PYTHON) manage.py serve

test: setup ## Run every kind of check in its short form
	@scripts/test

test-full: setup ## Run all seeds, all cells, all kills
	@DELTAPAD_TEST_SCALE=full scripts/test

chaos: setup ## Kill, freeze and cut everything while people type, for SECONDS (1200); SEED repeats a round
	@$(PYTHON) -m tests.chaos $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

lint: setup ## Check style and types: ruff, mypy, biome, tsc
	@scripts/lint

fmt: setup ## Write the code in the house's format
	@.venv/bin/ruff check --quiet --fix --exit-zero .
	@.venv/bin/ruff format --quiet .
	@npx --no-install biome check --write --log-level=warn

bench: setup ## Measure Deltapad and its peers at the same work, in turn (hours); python -m benchmarks.bench W1: a part
	@scripts/uv sync --frozen --quiet --group bench
	@$(PYTHON) -m benchmarks.bench --save benchmarks/results

# Each stamp lies in what it stamps, so that deleting a folder makes it anew.

# Compiled at once: where Python may not write bytecode, every process would spend two seconds on it, again and again.
.venv/.made: uv.lock pyproject.toml clients/mcp/pyproject.toml clients/python/pyproject.toml conformance/pyproject.toml Makefile
	@scripts/require python
	@scripts/uv sync --frozen --quiet --compile-bytecode
	@touch $@

node_modules/.made: package-lock.json package.json clients/typescript/package.json frontend/package.json
	@scripts/require node
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clients/typescript/dist/index.js: node_modules/.made $(wildcard clients/typescript/src/*) clients/typescript/tsconfig.build.json
	@npm run build --silent --workspace clients/typescript
	@touch $@

frontend/dist/.made: node_modules/.made $(FRONTEND_SOURCES)
	@npm run build --silent --workspace frontend -- --logLevel warn
	@touch $@
