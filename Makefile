# make chat starts the assistant, make test tests it, make check looks at the code.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
# Test files that run side by side.
WORKERS ?= 2
BIN := $(VENV)/bin
# The measurements' own environment: it holds what Utblick is held against.
BENCH := $(VENV)-bench
PACKAGES := assistant ingest vectorstore prompts
# Starting the assistant needs no development tools.
DEV := $(if $(filter test check soak,$(MAKECMDGOALS)),--dev)

.PHONY: setup environment chat test check bench soak clean

setup: environment
	@$(BIN)/utblick model

environment:
	@$(PYTHON) scripts/environment.py $(VENV) $(DEV)

# The server starts while the fact sheets are read: both take seconds, and it notices what is published.
chat: setup
	@UTBLICK_HOST=127.0.0.1 UTBLICK_PORT=$(PORT) $(BIN)/utblick serve & server=$$!; \
	trap 'kill $$server 2>/dev/null; wait $$server' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/utblick ingest --starter && $(BIN)/python scripts/ready.py $(PORT) $$server && \
	echo "Utblick: http://127.0.0.1:$(PORT) (Ctrl-C stops it)" && wait $$server

test: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: environment
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy --strict $(PACKAGES)
	@$(BIN)/python -m pytest -q tests/test_layout.py
	@$(BIN)/python scripts/licences.py

bench: $(BENCH)/.bench-installed
	@$(BENCH)/bin/utblick model
	@$(BENCH)/bin/python scripts/bench.py $(ARGS)
	@$(BENCH)/bin/python scripts/chat_speed.py
	@$(BENCH)/bin/python scripts/slack_speed.py

$(BENCH)/.bench-installed: pyproject.toml constraints.txt
	@$(PYTHON) scripts/environment.py $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet -c constraints.txt -e '.[bench]'
	@touch $@

soak: setup
	@$(BIN)/python -m pytest -m soak $(ARGS)

clean:
	rm -rf $(VENV) $(BENCH) build dist .pytest_cache .mypy_cache .ruff_cache
	find $(PACKAGES) scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
