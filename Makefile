# Everything runs in .venv, made from requirements.lock. `make help` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Three notebooks on two cores: while one waits for its kernel to start, another computes.
JOBS   ?= 3
# Four testers: many tests wait for a process that they started or killed.
TESTERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help setup briefs test test-all test-cluster test-newest validate bench lint lab docs verify checksums sample pictures look fonts lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## create .venv and install the locked dependencies

# uv installs in seconds what pip takes minutes for; it is itself taken from the lock, hash checked.
# Bytecode is compiled here because machines that forbid writing it later would compile pandas at every start.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Python 3.11 to 3.14 is needed, found " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	awk '/^uv==/{on=1} on{print} on&&!/\\$$/{exit}' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --compile-bytecode --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	$(BIN)/python -m analysis.batch.kernels
	@touch $@

briefs: setup ## build data/processed and render all briefs, those of groups too, into reports/
	$(BIN)/nit briefs --jobs $(JOBS)
	$(BIN)/nit run batches/groups.yml --jobs $(JOBS)

# One thread a process: with as many BLAS threads as cores the workers would hinder each other.
test test-all validate: export OPENBLAS_NUM_THREADS = 1
test: setup ## run the tests, without those marked slow (under 4 minutes)
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadscope --no-loadscope-reorder -m "not slow and not cluster"

test-all: setup ## run all tests: killed runs, clusters, browsers, whole builds too
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadscope --no-loadscope-reorder -m "not cluster"

test-cluster: setup ## make all briefs by LocalCluster, SSH and SLURM (root, openssh-server, slurm-wlm, munge)
	$(BIN)/python -m pytest -m cluster tests/cluster

test-newest: setup ## run the tests with the newest dependencies that pyproject allows, warnings as errors
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)/newest
	$(BIN)/uv pip install --quiet --python $(VENV)/newest/bin/python --upgrade --editable '.[dev]'
	$(VENV)/newest/bin/python -m analysis.batch.kernels
	OPENBLAS_NUM_THREADS=1 $(VENV)/newest/bin/python -m pytest -n $(TESTERS) --dist loadscope --no-loadscope-reorder \
	  -m "not slow and not cluster" -o "filterwarnings=error:::analysis"

validate: setup ## measure the estimators on simulated panels (about 20 minutes)
	$(BIN)/python -m analysis.validation.validate

bench: setup ## measure batch runs and write the figures into docs/performance.md (ten minutes)
	$(BIN)/python benchmarks/peers.py
	$(BIN)/python benchmarks/batch.py

lint: setup ## check style, types and the one-way rule of the packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: setup ## open JupyterLab on the project: notebooks, data, batches, reports
	$(BIN)/jupyter lab

docs: setup ## build the documentation into site/, offline; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "open site/index.html"

verify: setup ## rebuild the release in a temporary place and name every difference
	$(BIN)/nit verify --release --jobs $(JOBS)

checksums: briefs sample ## build the release and write the checksums of its results into data/CHECKSUMS
	$(BIN)/python -m analysis.publication.deposit

sample: setup ## render the sample brief of reports/sample anew (needs pdftoppm)
	$(BIN)/papermill --log-level WARNING --no-progress-bar notebooks/4_country_brief.ipynb $(VENV)/HUN.ipynb -p country Hungary
	$(BIN)/jupyter nbconvert --log-level WARN --to nit-brief-html --output-dir reports/sample $(VENV)/HUN.ipynb
	$(BIN)/jupyter nbconvert --log-level WARN --to nit-brief-pdf --output-dir reports/sample $(VENV)/HUN.ipynb
	pdftoppm -r 80 -f 1 -l 1 -singlefile -png reports/sample/HUN.pdf reports/sample/HUN

pictures: setup briefs ## photograph the page to explore and a notebook for README.md (needs chromium)
	$(BIN)/python tests/browser/readme_pictures.py

look: setup ## photograph the pages in reports/ into reports/looks (needs chromium)
	$(BIN)/python tests/browser/screenshots.py

fonts: setup ## make the web fonts of the pages anew (fetches brotli for the time being)
	$(BIN)/uv run --quiet --no-project --python $(BIN)/python --with fonttools==4.68.0 --with brotli==1.2.0 tools/web_fonts.py

lock: setup ## resolve pyproject.toml anew into requirements.lock and environment.yml
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra docs --extra cluster --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade --quiet -o requirements.lock
	$(MAKE) environment.yml

environment.yml: requirements.lock pyproject.toml tools/conda_environment.py
	$(BIN)/python tools/conda_environment.py

clean: ## delete the rendered briefs and the environment
	rm -rf $(VENV) $$(find reports -mindepth 1 -maxdepth 1 ! -name README.md ! -name sample)
