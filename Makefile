# Two commands for a fresh machine that has git, make and Python 3.11 or newer: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2

.PHONY: demo test lint types wheel-smoke bundle gallery golden clean

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group test --group lint
	@touch $@

demo: .venv/installed            ## run the main job in build/demo and leave the weekly report there
	$(BIN)/python examples/demo.py build/demo

test: .venv/installed            ## install and run the tests
	$(BIN)/python -m pytest -n $(JOBS)

lint: .venv/installed            ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed           ## types
	$(BIN)/mypy

wheel-smoke: .venv/installed     ## build the wheel, install it alone, run it away from the checkout
	bash .ci/wheel-smoke

bundle: .venv/installed          ## one archive in dist/ that installs on Linux and Windows without a network, tried where there is none
	bash .ci/bundle dist
	bash .ci/bundle-smoke

gallery: .venv/installed         ## every document of the example in both languages and all formats, with its pages as pictures
	$(BIN)/python examples/gallery.py build/gallery

golden: .venv/installed          ## write the golden files anew; read what changed before committing
	$(BIN)/python -m pytest -n $(JOBS) --update-golden

clean:
	rm -rf build dist .venv
