# Two commands: `make demo` sets up and diagnoses a note; `make test` sets up and passes the tests.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test bench check clean neo4j

demo: $(VENV)/.installed
	@$(BIN)/nosograph diagnose examples/note.txt

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto

# Everything that must hold before a change lands.
check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/run.py

# A Neo4j server with the graph, to be explored in Neo4j Browser. Needs Java 17 and Maven.
neo4j: $(VENV)/.installed-neo4j
	@$(BIN)/nosograph neo4j serve

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Nosograph needs Python 3.11 or later; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) (about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Nosograph needs Python 3.11 or later; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' \
		--config-settings editable_mode=strict
	touch $(VENV)/.installed $(VENV)/.installed-neo4j $@

$(VENV)/.installed-neo4j: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[neo4j]'
	@touch $@
