# Variables of this file are in lower case: those in upper case (PORT, DATA_DIR, ...) are settings of the program,
# which come from the environment or from .env and pass through untouched.
venv    := .venv
python  := $(venv)/bin/python
axe     := $(venv)/share/axe-core/axe.min.js
runtime := $(venv)/.installed-requirements
dev     := $(venv)/.installed-requirements-dev
code    := main.py gsapp pages tests benchmarks
pip     := $(python) -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps
# Two processes, each with servers of its own; a file's tests stay together, and those in a browser come last in both.
pytest  := $(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
compile := $(venv)/bin/uv pip compile pyproject.toml --quiet --generate-hashes --no-annotate \
           --python-version 3.11 --python-platform x86_64-manylinux_2_28 --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run demo check test screens pictures bench lint messages lock upgrade format clean system

help:     ## List these targets.
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/make \1\t\2/p' Makefile | expand -t 15

install: $(runtime)  ## Set up .venv with the pinned dependencies, and nothing else.

run: $(runtime)  ## Start the site on http://localhost:8080 (PORT=8311 make run: elsewhere).
	@exec $(python) main.py

demo: $(runtime)  ## Start the site over a sample town and print its sign-ins.
	@exec $(python) -m gsapp demo --serve

check: lint  ## The quick part of the tests, two minutes: lint, types, import rules, fast tests.
	@$(pytest) -q -m "not browser and not mariadb and not slow"

test: system lint $(axe)  ## Everything that must hold; installs what is missing. A quarter of an hour.
	@$(pytest)

screens: system $(dev)  ## Pictures of every page in every look, to be seen by a person; make screens only=board.
	@$(python) -m tests.support.browser.screens $(only)

pictures: system $(dev)  ## The pictures of the help pages, anew, from the sample town; make pictures only=phone.
	@$(python) -m tests.support.browser.help_pictures $(only)

bench: $(dev)  ## How many requests a second, at 10,000 and 1,000,000 needs; make bench options=--help.
	@.ci/system bench
	@$(python) -m benchmarks $(options)

lint: $(dev)  ## Lint, format, types and import rules only.
	@$(venv)/bin/ruff check $(code)
	@$(venv)/bin/ruff format --check --quiet $(code) || { echo "make format puts this right." >&2; exit 1; }
	@$(venv)/bin/mypy
	@$(venv)/bin/lint-imports --no-logo

format: $(dev)  ## Put the code into the common format and mend what ruff can mend.
	@$(venv)/bin/ruff check --fix --quiet $(code) || true
	@$(venv)/bin/ruff format $(code)

messages: $(dev)  ## Bring the Chinese catalogue in line with the source; then translate what is empty.
	@$(python) -m gsapp.i18n.extraction

lock: $(dev)  ## Write the lock files anew after a change in pyproject.toml; keeps the pins that still fit.
	@$(compile) --output-file requirements.lock
	@$(compile) --group dev --constraint requirements.lock --output-file requirements-dev.lock

upgrade: $(dev)  ## The same as lock, with the newest versions that pyproject.toml allows.
	@$(compile) --upgrade --output-file requirements.lock
	@$(compile) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:    ## Remove the environment, caches and screenshots; data and .env stay.
	rm -rf $(venv) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/screenshots
	find $(code) -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is written last: what was interrupted is done again, what is done costs nothing.
$(venv)/.created:
	@.ci/system python
	@python3 -m venv --clear $(venv)
	@touch $@

$(runtime): requirements.lock | $(venv)/.created
	@echo "Installing what the program needs ..."
	@$(pip) --requirement requirements.lock
	@touch $@

$(dev): requirements-dev.lock $(runtime)
	@echo "Installing what the tests need ..."
	@$(pip) --requirement requirements-dev.lock
	@touch $@

$(axe): .ci/axe-core | system $(dev)
	@.ci/axe-core $(@D)

system:
	@.ci/system test
