# Variables of this file are in lower case. Upper-case names (PORT, DATA_DIR, ...) are settings of the program; make
# passes them through from the environment. python=/path/of/python3 names the interpreter of the environment.
venv    := .venv
bin     := $(venv)/bin
axe     := $(venv)/share/axe-core/axe.min.js
runtime := $(venv)/.installed-requirements
dev     := $(venv)/.installed-requirements-dev
node    := $(venv)/.installed-node
code    := main.py gsapp pages tests benchmarks
biome   := $(venv)/node/node_modules/.bin/biome check --config-path=.ci/node --error-on-warnings
# Modules are compiled when they are first imported: many never are.
pip     := $(bin)/python -m pip install -qq --disable-pip-version-check --no-input --no-compile --require-hashes --no-deps
failed  := { echo "Installation failed for the reason above; it needs access to the network." >&2; exit 1; }
# Two processes, each with its own servers. Both take tests from one list, a few at a time, in its order: slow tests first,
# browser tests last (tests/conftest.py).
pytest  := $(bin)/python -m pytest -n 2 --dist load --maxschedchunk 4
# Fast tests on the other interpreters of this machine: $(call on_others,cat); on the first: $(call on_others,head -n 1).
# Each has an environment of its own, from the same lock file; uv makes it in seconds.
on_others = .ci/python others $(bin)/python | $(1) | while read -r version path; do \
    echo "Fast tests on Python $$version ($$path) ..."; \
    $(MAKE) --no-print-directory fast venv="$(other)" python="$$path" pip="$(uv_pip)" </dev/null || exit 1; \
    done
other   = $(venv)/pythons/$$version
uv_pip  = $(bin)/uv pip install --quiet --python $(other) --require-hashes --no-deps
compile := $(bin)/uv pip compile pyproject.toml --quiet --generate-hashes --no-annotate --universal \
           --python-version 3.11 --custom-compile-command "make lock"

# Each module is compiled once, not by each of the dozens of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run demo check fast test test-all screens pictures bench lint messages lock upgrade format clean \
        system environment

help:     ## List these targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

install: $(runtime)  ## Create .venv with the pinned runtime dependencies.

run: $(runtime)  ## Start the site on http://localhost:8080; PORT=8311 make run for another port.
	@exec $(bin)/python main.py

demo: $(runtime)  ## Start the site with a sample town and print its sign-ins.
	@exec $(bin)/python -m gsapp demo --serve

check: lint fast  ## Quick checks (a minute): lint, types, import rules, fast tests.

fast: $(dev)
	@$(pytest) -q -m "not browser and not mariadb and not slow and not exhaustive"

test: system lint $(axe)  ## All that must pass before a merge (14 minutes); installs missing system packages.
	@$(pytest) -m "not exhaustive"
	@$(call others,head -n 1)

test-all: system lint $(axe)  ## make test plus tests that take long and rarely find anything; before a release.
	@$(pytest)
	@$(call others,cat)

screens: system $(dev)  ## Screenshots of every page for review; make screens only=board.
	@$(bin)/python -m tests.support.browser.screens $(only)

pictures: system $(dev)  ## Regenerate the help-page screenshots from the sample town; make pictures only=phone.
	@$(bin)/python -m tests.support.browser.help_pictures $(only)

bench: $(dev)  ## Requests per second with 10,000 and 1,000,000 needs; make bench options=--help.
	@.ci/system bench
	@$(bin)/python -m benchmarks $(options)

lint: $(dev) $(node)  ## Lint, format, types and import rules only.
	@$(bin)/ruff check $(code)
	@$(bin)/ruff format --check --quiet $(code) || { echo "Run make format to fix the format." >&2; exit 1; }
	@$(biome) pages/assets || { echo "Run make format to fix most of this." >&2; exit 1; }
	@$(bin)/mypy --num-workers 2
	@$(bin)/lint-imports --no-logo

format: $(dev) $(node)  ## Format the code and apply automatic fixes.
	@$(bin)/ruff check --fix --quiet $(code) || true
	@$(bin)/ruff format $(code)
	@$(biome) --write pages/assets

messages: $(dev)  ## Update the Chinese catalogue from the source; then translate the empty entries.
	@$(bin)/python -m gsapp.i18n.extraction

lock: $(dev)  ## Rewrite the lock files after a change in pyproject.toml; keeps pins that still fit.
	@$(compile) --output-file requirements.lock
	@$(compile) --group dev --constraint requirements.lock --output-file requirements-dev.lock

upgrade: $(dev)  ## Rewrite the lock files with the newest versions that pyproject.toml allows.
	@$(compile) --upgrade --output-file requirements.lock
	@$(compile) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:    ## Remove the environment, caches and screenshots; keeps data and .env.
	rm -rf $(venv) __pycache__ dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/screenshots
	find $(code) -name __pycache__ -type d -prune -exec rm -rf {} +

# Checked each time, because an upgrade of the system removes its interpreter. The file changes only when the environment
# is created again; then everything is installed again.
$(venv)/.created: environment
	@.ci/python venv $(venv) "$(python)"

# The stamp file is written last, so that an interrupted installation starts again.
$(runtime): requirements.lock $(venv)/.created
	@echo "Installing the runtime dependencies ..."
	@$(pip) --requirement requirements.lock || $(failed)
	@touch $@

# Its lock file has the runtime pins as well, so that one run of pip is enough.
$(dev): requirements-dev.lock requirements.lock $(venv)/.created
	@echo "Installing the runtime and test dependencies ..."
	@$(pip) --requirement requirements-dev.lock || $(failed)
	@touch $(runtime) $@

# npm takes its lock file from the folder that it installs into.
$(node): .ci/node/package.json .ci/node/package-lock.json .ci/node/.npmrc $(venv)/.created
	@.ci/system node
	@echo "Installing what checks style sheets and scripts ..."
	@rm -rf $(venv)/node
	@mkdir -p $(venv)/node
	@cp $(filter .ci/%,$^) $(venv)/node
	@npm ci --prefix $(venv)/node --silent </dev/null || $(failed)
	@touch $@

$(axe): .ci/axe-core $(venv)/.created | system $(dev)
	@.ci/axe-core $(@D) || $(failed)

system:
	@.ci/system test
