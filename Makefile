# Two targets matter to a newcomer: `make demo` and `make test`.
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench docs venv lint

venv: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-test: .venv/ready requirements-test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

demo: venv
	$(BIN)/tuttava --data .tuttava-demo demo --port $(PORT)

test: .venv/ready-test
	$(BIN)/python -m tests.check

bench: .venv/ready-test
	$(BIN)/python -m benchmarks

docs: .venv/ready-test
	$(BIN)/mkdocs build --strict
