# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SOURCES := pipeline dags tests
# What is compiled is kept, also where a machine says not to: the tests alone start a hundred processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test lint bench up down lock clean

demo: .venv/ready
	$(BIN)/meldstroom demo

# Three processes on two cores: one mostly waits for a running Airflow.
# COVERAGE=95 fails, besides, when the tests run less than that share of pipeline/. CI asks for it; it takes a fourth more.
test: lint
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder --durations=10 \
	    $(if $(COVERAGE),--cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE))

lint: .venv/ready
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python tests/benchmarks/bench_night.py

up down: .venv/ready
	$(BIN)/python -m pipeline.airflow_setup $@

# The environment is made once, and anew when the pins change. The pins are whole, so pip need not resolve (--no-deps):
# the pip of Python 3.11 would refuse a pinned `coverage` as soon as a newer one answers to `coverage[toml]`.
.venv/ready: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Pins with hashes and without addresses, out of pyproject.toml: for one machine, and the same and more for the image.
LOCK := $(BIN)/uv pip compile pyproject.toml --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
    --no-annotate --python-version 3.11
lock: .venv/ready
	$(LOCK) --extra dev -o requirements.txt
	$(LOCK) --extra cluster --constraint requirements.txt -o docker/requirements.txt

clean: .venv/ready
	-$(BIN)/python -m pipeline.airflow_setup down
	rm -rf .venv .meldstroom
