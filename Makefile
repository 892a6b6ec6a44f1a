# Variables of this file are in lower case. Upper-case names (PORT, DATA_DIR, ...) are settings of the program; make
# passes them through from the environment.
venv    := .venv
python  := $(venv)/bin/python
axe     := $(venv)/share/axe-core/axe.min.js
runtime := $(venv)/.installed-requirements
dev     := $(venv)/.installed-requirements-dev
node    := $(venv)/.installed-node
code    := main.py gsapp pages tests benchmarks
biome   := $(venv)/node/node_modules/.bin/biome check --config-path=.ci/node --error-on-warnings
pip     := $(python) -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps
# Two processes, each with its own servers. Both take tests from one list, a few at a time, in its order: slow tests first,
# browser tests last (tests/conftest.py).
pytest  := $(python) -m pytest -n 2 --dist load --maxschedchunk 4
compile := $(venv)/bin/uv pip compile pyproject.toml --quiet --generate-hashes --no-annotate --universal \
           --python-version 3.11 --custom-compile-command "make lock"

# Each module is compiled once, not by each of the dozens of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run demo check test test-all screens pictures bench lint messages lock upgrade format clean system

help:     ## List these targets.
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/make \1\t\2/p' Makefile | expand -t 15

install: $(runtime)  ## Create .venv with the pinned runtime dependencies.

run: $(runtime)  ## Start the site on http://localhost:8080; PORT=8311 make run for another port.
	@exec $(python) main.py

demo: $(runtime)  ## Start the site with a sample town and print its sign-ins.
	@exec $(python) -m gsapp demo --serve

check: lint  ## Quick checks (a minute): lint, types, import rules, fast tests.
	@$(pytest) -q -m "not browser and not mariadb and not slow and not exhaustive"

test: system lint $(axe)  ## All that must pass before a merge (8 minutes); installs missing system packages.
	@$(pytest) -m "not exhaustive"

test-all: system lint $(axe)  ## make test plus tests that take long and rarely find anything; before a release.
	@$(pytest)

screens: system $(dev)  ## Screenshots of every page for review; make screens only=board.
	@$(python) -m tests.support.browser.screens $(only)

pictures: system $(dev)  ## Regenerate the help-page screenshots from the sample town; make pictures only=phone.
	@$(python) -m tests.support.browser.help_pictures $(only)

bench: $(dev)  ## Requests per second with 10,000 and 1,000,000 needs; make bench options=--help.
	@.ci/system bench
	@$(python) -m benchmarks $(options)

lint: $(dev) $(node)  ## Lint, format, types and import rules only.
	@$(venv)/bin/ruff check $(code)
	@$(venv)/bin/ruff format --check --quiet $(code) || { echo "Run make format to fix the format." >&2; exit 1; }
	@$(biome) pages/assets || { echo "Run make format to fix most of this." >&2; exit 1; }
	@$(venv)/bin/mypy --num-workers 2
	@$(venv)/bin/lint-imports --no-logo

format: $(dev) $(node)  ## Format the code and apply automatic fixes.
	@$(venv)/bin/ruff check --fix --quiet $(code) || true
	@$(venv)/bin/ruff format $(code)
	@$(biome) --write pages/assets

messages: $(dev)  ## Update the Chinese catalogue from the source; then translate the empty entries.
	@$(python) -m gsapp.i18n.extraction

lock: $(dev)  ## Rewrite the lock files after a change in pyproject.toml; keeps pins that still fit.
	@$(compile) --output-file requirements.lock
	@$(compile) --group dev --constraint requirements.lock --output-file requirements-dev.lock

upgrade: $(dev)  ## Rewrite the lock files with the newest versions that pyproject.toml allows.
	@$(compile) --upgrade --output-file requirements.lock
	@$(compile) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:    ## Remove the environment, caches and screenshots; keeps data and .env.
	rm -rf $(venv) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/screenshots
	find $(code) -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp file is written last, so that an interrupted installation starts again.
$(venv)/.created:
	@.ci/system python
	@python3 -m venv --clear $(venv)
	@touch $@

$(runtime): requirements.lock | $(venv)/.created
	@echo "Installing the runtime dependencies ..."
	@$(pip) --requirement requirements.lock
	@touch $@

# Its lock file has the runtime pins as well, so that one run of pip is enough. Modules are compiled when they are first
# imported: many never are.
$(dev): requirements-dev.lock requirements.lock | $(venv)/.created
	@echo "Installing the runtime and test dependencies ..."
	@$(pip) --no-compile --requirement requirements-dev.lock
	@touch $(runtime) $@

# npm takes its lock file from the folder that it installs into.
$(node): .ci/node/package.json .ci/node/package-lock.json .ci/node/.npmrc | $(venv)/.created
	@.ci/system node
	@echo "Installing what checks style sheets and scripts ..."
	@rm -rf $(venv)/node
	@mkdir -p $(venv)/node
	@cp $^ $(venv)/node
	@npm ci --prefix $(venv)/node --silent </dev/null
	@touch $@

$(axe): .ci/axe-core | system $(dev)
	@.ci/axe-core $(@D)

system:
	@.ci/system test
