# The day's commands; CONTRIBUTING.md says when to use which.
PYTHON ?= python3
BIN := .venv/bin
# The last commands' outputs stay in place; nothing here needs more than Python 3.11 and make.

.PHONY: demo test check fix bench timings fuzz docs gallery links desk audit parts lock clean

demo: .venv/run
	$(BIN)/entente run us-mexico-2019
	@echo "Open us-mexico-2019-run/brief.html"

test: .venv/dev
	ENTENTE_HYPOTHESIS=deep $(BIN)/pytest -n 2 --dist loadfile

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -x -n 2 --dist loadfile -m "not slow"

fix: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev .venv-peers/ready
	$(BIN)/python -m peers
	@echo "Open peers-run/peers.png"

timings: .venv/dev
	$(BIN)/pytest tests --benchmark-only --benchmark-columns=min,median,max,rounds

fuzz: .venv/dev
	$(BIN)/python scripts/fuzz.py $(MINUTES)

gallery: .venv/run
	$(BIN)/entente accords --gallery gallery
	@echo "Open gallery/index.html"

links: .venv/dev
	$(BIN)/sphinx-build -b linkcheck -q docs docs/_build/links

docs: .venv/dev
	$(BIN)/sphinx-build -W -q docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

desk: .venv/desk
	$(BIN)/entente desk

audit: | .venv/bin/uv
	for lock in run desk dev; do $(BIN)/uv tool run --quiet pip-audit --strict --disable-pip --require-hashes \
	  --progress-spinner off -r requirements/$$lock.txt || exit 1; done

parts: .venv/desk
	$(BIN)/python scripts/parts.py parts.json
	@echo "Read parts.json, a CycloneDX bill of materials"

lock: .venv/dev
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	  pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	  --extra dev --extra solver --extra cluster --extra spark --extra pdf --extra desk -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	  --extra desk -c requirements/run.txt pyproject.toml -o requirements/desk.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	  requirements/peers.in -o requirements/peers.txt

clean:
	rm -rf .venv .venv-peers build dist docs/_build *-run .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/run .venv/dev .venv/desk: .venv/%: requirements/%.txt pyproject.toml | .venv/bin/uv
	$(BIN)/uv pip install --quiet --require-hashes --compile-bytecode --python $(BIN)/python -r requirements/$*.txt
	$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python --editable .
	@touch $@

.venv-peers/ready: requirements/peers.txt | .venv/bin/uv
	$(BIN)/uv venv --quiet --clear .venv-peers
	$(BIN)/uv pip install --quiet --require-hashes --compile-bytecode --python .venv-peers/bin/python -r requirements/peers.txt
	@touch $@
