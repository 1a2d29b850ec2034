# The one door: `make demo` and `make test` set up everything they need on a bare Debian with Python 3.11 or newer.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get
SERVERS := dovecot-imapd libreoffice-writer-nogui libreoffice-calc-nogui unar libarchive13
# a browser with Chinese letters: any of these will do; Ubuntu has chromium-browser alone
BROWSER = { command -v chromium chromium-browser google-chrome >/dev/null || $(call install,chromium) || $(call install,chromium-browser); } \
	&& { fc-list :lang=zh 2>/dev/null | grep . >/dev/null || $(call install,fonts-noto-cjk); }
# need: install the packages $(2) unless every program of $(1) is there
need = ( for tool in $(1); do command -v $$tool || exit; done ) >/dev/null || $(call install,$(2))
install = { $(APT) update -qq; $(APT) install -y -qq --no-install-recommends $(1); }

.PHONY: help demo test lint docs lock taxonomy bench faults fuzz fidelity likeness pictures clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed ($$($(PYTHON) --version) found)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(APT) update -qq; $(APT) install -y -qq --no-install-recommends python3-venv; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.testing: requirements-test.lock $(VENV)/.runtime
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

$(VENV)/.servers: Makefile | $(VENV)/bin/python
	@$(call need,dovecot soffice unar,$(SERVERS))
	@ldconfig -p | grep libarchive.so >/dev/null || $(call install,libarchive13)
	@$(BROWSER)
	@touch $@

demo: $(VENV)/.runtime  ## a sample workspace: a dozen mails in, letters, 汇总表 and digest out, left in demo/
	$(BIN)/zhengji demo demo

lint: $(VENV)/.testing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

test: $(VENV)/.testing $(VENV)/.servers lint  ## lint, types and every test, over real IMAP and SMTP servers
	$(BIN)/python -m pytest

docs: $(VENV)/.runtime  ## make the rule reference anew
	$(BIN)/python -m rules.reference docs/rules.md

taxonomy: $(VENV)/.testing  ## how demands are tagged with the tasks of the plan; docs/taxonomy.md
	PYTHONPATH=tests:. $(BIN)/python bench/tasks.py docs/taxonomy.md

bench: $(VENV)/.testing $(VENV)/.servers  ## a pass over mails on loopback Dovecot against its floor; docs/bench.md
	$(BIN)/python bench/line.py

pictures: $(VENV)/.runtime  ## make the README's pictures from the sample mails
	@$(call need,soffice pdftoppm pngquant,libreoffice-calc-nogui poppler-utils pngquant)
	@$(BROWSER)
	$(BIN)/python docs/pictures.py docs/pictures

likeness: $(VENV)/.testing  ## near-duplicates among ten thousand demands: found, flagged, seconds; docs/likeness.md
	$(BIN)/python bench/likeness.py docs/likeness.md

SLICE ?= 480
AT_ONCE ?= 1
faults: $(VENV)/.testing $(VENV)/.servers  ## a slice (SLICE seconds) of kills, cuts, full disks and locks; docs/faults.md
	PYTHONPATH=tests:bench $(BIN)/python bench/faults.py --seconds $(SLICE)

fidelity: $(VENV)/.testing $(VENV)/.servers  ## what this and four other programs keep of the same files; docs/fidelity.md; goes on where it stopped
	@$(call need,pandoc,pandoc)
	@[ -d .cache/fidelity/python ] || $(BIN)/python -m pip install -q --disable-pip-version-check --target .cache/fidelity/python docx2txt==0.9
	PYTHONPATH=.:tests:.cache/fidelity/python $(BIN)/python bench/fidelity.py docs/fidelity.md .cache/fidelity

fuzz: $(VENV)/.testing  ## a slice (SLICE seconds) of fuzzing of the readers; docs/fuzz.md
	$(BIN)/python -m pip install -q --disable-pip-version-check atheris==3.0.0
	PYTHONPATH=tests:bench $(BIN)/python bench/fuzz.py --seconds $(SLICE) --at-once $(AT_ONCE)

lock: $(VENV)/.testing  ## lock the dependencies anew
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra build --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean:  ## remove what was made
	rm -rf $(VENV) build *.egg-info demo .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
