# Everything sets itself up from Python >= 3.11, make and git. `make` lists what there is.
PYTHON ?= python3
LOCALE ?= en
# One more than the two cores of the smallest machine it runs on: tests wait for servers and browsers.
WORKERS ?= 3
# Folders that `make test` leaves out, because they were run just now.
EXCEPT ?=
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo web serve test test-all coverage check bench docs lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Coterie needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# Two stamps, so that the demo installs a third of what the tests need.
$(VENV)/demo.stamp: $(VENV)/python.stamp requirements/demo.txt pyproject.toml
	@echo "Installing what Coterie needs (once; a few minutes on a slow line) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/python.stamp requirements/dev.txt pyproject.toml
	@echo "Installing what the tests need (once; a few minutes on a slow line) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/demo.stamp

demo: $(VENV)/demo.stamp web ## run the main job on The Complete Journey and write a report (LOCALE=zh for Chinese)
	$(BIN)/python examples/complete_journey/demo.py --lang $(LOCALE)

web: $(VENV)/demo.stamp ## build the web application, where anything of it changed
	$(BIN)/python web/build.py

serve: $(VENV)/demo.stamp web ## run the server on what the demo left, with shoppers whose events arrive live
	$(BIN)/python examples/complete_journey/serve.py --lang $(LOCALE)

test: $(VENV)/dev.stamp web ## run the tests that end within twenty minutes
	$(BIN)/python -m pytest -m "not slow" --hypothesis-profile steady -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(EXCEPT:%=--ignore=%)

test-all: $(VENV)/dev.stamp web ## run every test, the long ones too
	$(BIN)/python -m pytest --hypothesis-profile searching
	$(BIN)/python bench/coverage.py
	$(BIN)/python bench/past_campaigns.py
	$(BIN)/python bench/triggered_campaigns.py
	$(BIN)/python bench/mutations.py 1800

coverage: $(VENV)/dev.stamp ## print how often intervals hold, and renew docs/explanation/coverage.md
	$(BIN)/python bench/coverage.py
	$(BIN)/python bench/past_campaigns.py
	$(BIN)/python bench/triggered_campaigns.py

check: $(VENV)/dev.stamp ## lint, format, types, spelling, import contracts, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house

bench: $(VENV)/dev.stamp ## print our figures beside their baselines
	$(BIN)/python -m bench

docs: $(VENV)/dev.stamp ## build the documentation site into site/
	$(BIN)/python docs/generate.py
	$(BIN)/mkdocs build --strict

lock: ## renew the lock files (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements/dev.txt
	uv pip compile pyproject.toml --extra demo --group build --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements/demo.txt
	uv pip compile --group web --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements/web.txt

clean: ## remove what was built; keeps workspaces
	rm -rf $(VENV) web/node_modules src/coterie/api/static site dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
