# Two targets matter to a newcomer: `make demo` and `make test`.
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --build-deps-for editable

# What Python compiles is kept, whatever the caller's habits: the product starts in a third of the time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: venv demo test bench docs lock clean

venv: .venv/ready

# Python compiles what is imported, and keeps it: compiling all that is installed takes longer than the rest.
# The locked packages are stamped apart from the package itself: a change of pyproject.toml reinstalls only the latter.
.venv/locked: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages (the first time takes a minute or two) ..."
	$(PIP) install --no-compile --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

.venv/ready: .venv/locked pyproject.toml
	$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m tuttava.config.translations
	@touch $@

.venv/ready-test: .venv/ready requirements-test.lock
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m tests.compiled & compiling=$$!; \
	$(PIP) install --no-compile --require-hashes -r requirements-test.lock || exit 1; wait $$compiling || true
	@touch $@

.venv/ready-bench: .venv/ready-test requirements-bench.lock
	@echo "Installing what is measured beside Tuttava ..."
	$(PIP) install --require-hashes -r requirements-bench.lock
	@touch $@

demo: .venv/ready
	@exec $(BIN)/tuttava demo --data .tuttava-demo --port $(PORT)

test: .venv/ready-test
	@exec $(BIN)/python -m tests.check

bench: .venv/ready-bench
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.api
	$(BIN)/python -m benchmarks.duplicates_speed
	$(BIN)/python -m benchmarks.duplicates
	$(BIN)/python -m benchmarks.relations
	$(BIN)/python -m benchmarks.merging
	$(BIN)/python -m benchmarks.mail_logging
	$(BIN)/python -m benchmarks.letters
	$(BIN)/python -m benchmarks.documents
	$(BIN)/python -m benchmarks.interactions
	$(BIN)/python -m benchmarks.segments

docs: .venv/ready-test
	$(BIN)/python -m mkdocs build --strict

# After a change of the dependencies in pyproject.toml; needs pip-tools.
lock: .venv/ready-test
	$(PIP) install pip-tools
	$(PIP_COMPILE) -o requirements.lock pyproject.toml
	$(PIP_COMPILE) --extra test --extra docs -c requirements.lock -o requirements-test.lock pyproject.toml
	$(PIP_COMPILE) --extra bench -c requirements-test.lock -o requirements-bench.lock pyproject.toml

clean:
	rm -rf .venv build dist src/*.egg-info
