# make demo   set everything up, score examples, and teach a small policy
# make test   set everything up, then lint, check types and run the tests
#
# PYTHON=/path/to/python3 chooses the interpreter (3.11 or newer) that makes .venv.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint format setup clean

PYTHON ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
INPUTS := pyproject.toml constraints.txt

help:
	@sed -n '1,4s/^# \{0,1\}//p' Makefile

demo: .venv/.train setup
	$(BIN)/webgen score examples/completions --out out/demo/examples --fresh
	$(BIN)/webgen learn recipes/nano.grpo.yaml --bench examples/held-out.jsonl --limit 60 \
		--out out/demo data.source=examples/train.jsonl 'data.against=[examples/held-out.jsonl]' \
		trainer.max_steps=16 trainer.save_steps=8 gallery_steps=8 trainer.warmup_steps=1 \
		'trainer.lr_scheduler_kwargs={num_decay_steps: 4, min_lr_ratio: 0.1}'

test: .venv/.test setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

lint: .venv/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: .venv/.install
	$(BIN)/webgen setup

clean:
	rm -rf .venv out .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@scripts/venv "$(PYTHON)"

.venv/.install: $(INPUTS) | .venv/bin/python
	@echo "installing webgen-r1 into .venv"
	@$(PIP) -e .
	@touch $@

.venv/.train: $(INPUTS) | .venv/bin/python .venv/.install
	@echo "installing what training needs (PyTorch is large)"
	@$(PIP) -e '.[train]'
	@touch $@

.venv/.test: $(INPUTS) | .venv/.train
	@echo "installing the tools for tests, and what training needs"
	@$(PIP) -e '.[dev]'
	@touch $@
