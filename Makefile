# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.lock-installed
CATALOGUE := campaign/translations/zh_CN/LC_MESSAGES/messages

.PHONY: setup demo run test check bench lock translations clean

setup: $(STAMP) $(CATALOGUE).mo

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say PYTHON=<its command>."; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the locked packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(CATALOGUE).mo: $(CATALOGUE).po $(STAMP)
	@$(BIN)/pybabel --quiet compile -i $< -o $@

demo: setup
	@$(BIN)/qichuang demo $(if $(SOURCES),--sources "$(SOURCES)") $(if $(PORT),--port $(PORT)) $(ARGS)

run: setup
	@$(BIN)/qichuang serve $(if $(PORT),--port $(PORT)) $(ARGS)

test: setup
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile $(ARGS)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

bench: setup
	@$(BIN)/python -m bench $(ARGS)

# For developers: needs uv; writes versions and hashes only.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet -o requirements.lock

translations: setup
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k N_ -k _l -k _n:1,2 --no-location --ignore-dirs=".*" --sort-output \
	  -o build/messages.pot .
	@$(BIN)/pybabel --quiet update -i build/messages.pot -d campaign/translations -l zh_CN --no-fuzzy-matching \
	  --ignore-obsolete --width=10000 --omit-header

clean:
	rm -rf $(VENV) build out demo-data
