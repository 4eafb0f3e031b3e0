# Every command of the README. Each target sets up what it needs by itself, once.
#
# PYTHON=python3.12   the Python that runs and tests (default: the first that runs of 3.13, 3.12, 3.11)
# PIP_INDEX_URL=url   the package index to set up from
# WHEELS=folder       set up from a folder of wheels, without an index

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?=
WHEELS ?=
SOURCES ?=
OUT ?=
ONCE ?=
PORT ?=
STACK ?=
FROM ?=
ID ?=
DAMAGED ?=
FORCE ?=
DRY ?=
KEEP ?=
FN ?=
EVENT ?=
ARGS ?=
URL ?=
SOURCE ?=
HOST ?=
REASON ?=
PURGE ?=
YES ?=
QUEUE ?=
MAX ?=
DRY ?=
FORCE ?=
DELETE ?=
ID ?=
FEED ?=
JSON ?=
DLQ ?=
LOGS ?=
# These may be a stranger's words: make expands nothing in them, and the shell gets them as they are.
override URL := $(value URL)
override FEED := $(value FEED)
override REASON := $(value REASON)
quoted = '$(subst ','\'',$(1))'

ifneq ($(WHEELS),)
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := $(abspath $(WHEELS))
endif
export SAM_CLI_TELEMETRY := 0

# An environment is ready when a file in it bears the checksum of its lock: times say nothing after a checkout.
checksum = $(firstword $(shell cat $(1) | cksum))
LAMBDA_LOCKS := shared/requirements.txt $(sort $(wildcard functions/*/requirements.txt))
python_suffix := $(subst /,-,$(PYTHON:%=-%))
DEV := .venv/ready-$(call checksum,requirements-dev.txt)$(python_suffix)
SAM := .venv-sam/ready-$(call checksum,requirements-sam.txt)$(python_suffix)
CHECKS := .venv-checks/ready-$(call checksum,requirements-checks.txt)$(python_suffix)
PEERS := .venv-peers/ready-$(call checksum,requirements-peers.txt)$(python_suffix)
CHECKERS := tests/site/node_modules/ready-$(call checksum,tests/site/package-lock.json)
RUNTIME_WHEELS := .wheels/ready-$(call checksum,$(LAMBDA_LOCKS))
RUNTIME := .venv-runtime/ready-$(call checksum,requirements-runtime.txt)

# The Lambda runtime's Python, which SAM's builder wants on PATH, with pip. Shims do not count.
RUNTIME_PYTHON := $(firstword $(foreach python,python3.13 $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.13*/bin/python3.13),\
	$(shell $(python) -c 'import sys, pip; print(sys.executable)' 2>/dev/null)))
with_runtime_python = PATH="$(dir $(RUNTIME_PYTHON)):$$PATH"

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(DEV) ## Show the portal of the demo publishers; or SOURCES=file, OUT=dir, ONCE=1, PORT=8000
	@PYTHONPATH=.:shared .venv/bin/python -m local.run \
		$(if $(SOURCES),--sources $(call quoted,$(SOURCES))) $(if $(OUT),--out $(call quoted,$(OUT))) \
		$(if $(filter-out 0,$(ONCE)),--once) $(if $(PORT),--port $(call quoted,$(PORT)))

.PHONY: invoke
invoke: $(if $(and $(FN),$(EVENT)),$(DEV)) ## Run one handler on one event: FN=ExtractFunction EVENT=events/extract-sqs.json
	@test -n '$(FN)' && test -n '$(EVENT)' || { \
		echo 'make invoke needs both: make invoke FN=ExtractFunction EVENT=events/extract-sqs.json' >&2; exit 2; }
	@PYTHONPATH=.:shared .venv/bin/python -m local.invoke '$(FN)' '$(EVENT)'

.PHONY: emulator
emulator: $(DEV) ## Serve the stack in moto and the demo publishers to sam local, until Ctrl-C
	@PYTHONPATH=.:shared .venv/bin/python -m local.emulate

.PHONY: verify
verify: $(DEV) ## Check that articles and pages are what was stored: OUT or SOURCES as in make run, or STACK=name
	@PYTHONPATH=.:shared .venv/bin/python -m local.verify $(place)

.PHONY: rebuild
rebuild: $(DEV) ## Make the whole site anew from the stored articles: OUT or SOURCES as in make run, or STACK=name
	@PYTHONPATH=.:shared .venv/bin/python -m local.rebuild $(place)

place = $(if $(SOURCES),--sources $(call quoted,$(SOURCES))) $(if $(OUT),--out $(call quoted,$(OUT))) \
	$(if $(STACK),--stack $(call quoted,$(STACK)))
named = $(if $(URL),--url $(call quoted,$(URL))) $(if $(SOURCE),--source $(call quoted,$(SOURCE))) \
	$(if $(HOST),--host $(call quoted,$(HOST))) $(if $(filter-out 0,$(YES)),--yes) $(place)

.PHONY: takedown
takedown: $(DEV) ## Take an article down: URL, REASON, PURGE=1; or a publisher: SOURCE=id or HOST=name; in STACK, OUT or SOURCES
	@PYTHONPATH=.:shared .venv/bin/python -m local.takedown $(named) \
		$(if $(REASON),--reason $(call quoted,$(REASON))) $(if $(filter-out 0,$(PURGE)),--purge)

.PHONY: restore
restore: $(DEV) ## Undo a takedown: URL, SOURCE=id or HOST=name; in STACK, OUT or SOURCES as in make takedown
	@PYTHONPATH=.:shared .venv/bin/python -m local.takedown --restore $(named)

.PHONY: redrive
redrive: $(DEV) ## Try again what was given up: QUEUE=article REASON=words MAX=n DRY=1; OUT, SOURCES, STACK as for verify
	@PYTHONPATH=.:shared .venv/bin/python -m local.redrive $(place) \
		$(if $(QUEUE),--queue $(call quoted,$(QUEUE))) $(if $(REASON),--reason $(call quoted,$(REASON))) \
		$(if $(MAX),--max $(call quoted,$(MAX))) $(if $(filter-out 0,$(DRY)),--dry) \
		$(if $(filter-out 0,$(FORCE)),--force) $(if $(filter-out 0,$(DELETE)),--delete)

.PHONY: trace
trace: $(if $(or $(URL),$(ID),$(FEED)),$(DEV)) ## Tell all that is known of an article or feed: URL=address, ID=id or FEED=source; JSON=1 DLQ=1 LOGS=1
	@$(if $(URL)$(ID)$(FEED),true,false) || { \
		echo 'make trace needs one of URL=, ID= and FEED=: make trace URL=https://publisher.example/news/1' >&2; exit 2; }
	@PYTHONPATH=.:shared .venv/bin/python -m local.trace \
		$(if $(URL),--url $(call quoted,$(URL))) $(if $(ID),--id $(call quoted,$(ID))) $(if $(FEED),--feed $(call quoted,$(FEED))) $(place) \
		$(if $(filter-out 0,$(JSON)),--json) $(if $(filter-out 0,$(DLQ)),--dlq) $(if $(filter-out 0,$(LOGS)),--logs)

.PHONY: recover
recover: $(if $(FROM),$(DEV)) ## Write back what FROM=restored-table has and STACK=name lacks; ID=, DAMAGED=1, FORCE=1, DRY=1
	@test -n '$(FROM)' || { echo 'make recover needs a restored table: make recover FROM=table STACK=name' >&2; exit 2; }
	@PYTHONPATH=.:shared .venv/bin/python -m local.recover --from $(call quoted,$(FROM)) $(foreach id,$(ID),--id $(call quoted,$(id))) \
		$(if $(filter-out 0,$(DAMAGED)),--damaged) $(if $(filter-out 0,$(FORCE)),--force) $(upkeep)

.PHONY: migrate
migrate: $(DEV) ## Give stored items what this release gives to new ones: OUT or SOURCES as in make run, or STACK=name; DRY=1
	@PYTHONPATH=.:shared .venv/bin/python -m local.migrate $(upkeep)

upkeep = $(if $(filter-out 0,$(DRY)),--dry) $(place)

.PHONY: destroy
destroy: $(if $(STACK),$(DEV)) ## Remove STACK=name with all that it stores, after asking; KEEP=1 keeps the articles, YES=1 asks nothing
	@test -n $(call quoted,$(STACK)) || { echo 'make destroy needs a stack: make destroy STACK=newswire' >&2; exit 2; }
	@PYTHONPATH=.:shared .venv/bin/python -m local.destroy --stack $(call quoted,$(STACK)) \
		$(if $(filter-out 0,$(KEEP)),--keep) $(if $(filter-out 0,$(YES)),--yes)

.PHONY: sources
sources: $(DEV) ## Check, import, export, try out or put sources.yaml: ARGS="test antara"; alone it shows how
	@PYTHONPATH=.:shared .venv/bin/python -m local.sources $(or $(ARGS),--help)

# The artefact tests need SAM, the Lambda runtime's own libraries and wheels for its Python; without that Python they
# are skipped, aloud.
runtime_tools := $(if $(RUNTIME_PYTHON),$(SAM) $(RUNTIME) $(RUNTIME_WHEELS))

.PHONY: test
test: $(DEV) $(runtime_tools) ## Run the tests; ARGS="-k name" picks some
	@$(if $(RUNTIME_PYTHON),$(with_runtime_python)) .venv/bin/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

.PHONY: test-artifacts
test-artifacts: $(DEV) $(runtime_tools) ## Build, and run what was built in Lambda's runtime emulator; ARGS as for test
	@$(if $(RUNTIME_PYTHON),$(with_runtime_python)) .venv/bin/python -m pytest --numprocesses auto --dist loadfile tests/artifacts $(ARGS)

# Without npm nothing is fetched, and what needs it is skipped, aloud. Install scripts are not run.
.PHONY: check-site
check-site: $(DEV) $(if $(shell command -v npm),$(CHECKERS)) ## Validate every page, feed and sitemap of the demo; or of OUT=dir
	@PYTHONPATH=.:shared .venv/bin/python -m tests.site $(if $(OUT),$(call quoted,$(OUT)))

.PHONY: screenshots
screenshots: $(DEV) ## Photograph the demo's portal into docs/screenshots
	@PYTHONPATH=.:shared .venv/bin/python -m tests.site.screenshots $(if $(OUT),$(call quoted,$(OUT)))

# checkov asks nobody: neither for its own updates nor for policies of a platform.
.PHONY: lint
lint: $(DEV) $(CHECKS) ## Check style, formatting and the template
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv-checks/bin/cfn-lint template.yaml monitoring/*.yaml
	@CKV_SKIP_PACKAGE_UPDATE_CHECK=true .venv-checks/bin/checkov --file template.yaml monitoring/*.yaml --framework cloudformation \
		--skip-download --soft-fail --quiet --output json | .venv/bin/python -m tests.deploy.checkov_report

.PHONY: audit
audit: $(DEV) $(CHECKS) ## Ask what is known of the vulnerabilities of every locked package
	@.venv/bin/python -m tests.deploy.audit

.PHONY: type
type: $(DEV) ## Check types
	@.venv/bin/mypy

.PHONY: benchmark
benchmark: $(DEV) $(if $(filter quality,$(or $(ARGS),quality)),$(PEERS)) $(if $(filter coldstart,$(or $(ARGS),coldstart)),$(runtime_tools)) ## Measure speed, cost and quality; ARGS="quality --peers ours" picks one and its options
	@$(if $(RUNTIME_PYTHON),$(with_runtime_python)) PYTHONPATH=.:shared .venv/bin/python -m benchmarks $(ARGS)

.PHONY: bench
bench: $(DEV) $(PEERS) ## Measure beside everybody else's tools, and write docs/benchmarks.md; ARGS="pages" runs one row and writes nothing
	@PYTHONPATH=.:shared .venv/bin/python -m benchmarks.bench $(ARGS)

.PHONY: bench-gate
bench-gate: $(DEV) ## Hold what repeats exactly: AWS calls, bytes, imports; ARGS=--accept writes benchmarks/gate.json
	@PYTHONPATH=.:shared .venv/bin/python -m benchmarks.gate $(ARGS)

.PHONY: bench-scale
bench-scale: $(DEV) ## Measure a portal of 5,000 feeds beside the limits of the services, and write docs/scale.md
	@PYTHONPATH=.:shared .venv/bin/python -m benchmarks.scale $(ARGS)

.PHONY: faults
faults: $(DEV) ## Make every AWS call of a story fail in every way; ARGS="--cases 300 --minutes 15" draws some
	@PYTHONPATH=.:shared .venv/bin/python -m tests.faults $(ARGS)

.PHONY: races
races: $(DEV) ## Tell stories of publish runs side by side, by chance; ARGS="--stories 200", --first
	@PYTHONPATH=.:shared .venv/bin/python -m tests.races $(ARGS)

.PHONY: fuzz
fuzz: $(DEV) ## Try strangers' bytes on every boundary; ARGS="--minutes 5 --target feed", --seed, --repeat
	@PYTHONPATH=.:shared .venv/bin/python -m tests.fuzz $(ARGS)

.PHONY: format
format: $(DEV) ## Format the code and repair what can be repaired
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

.PHONY: check
check: ## What continuous integration runs: lint, types, audit, check-site, bench-gate, faults, races, tests
	@.ci/run

.PHONY: validate
validate: $(SAM) ## Check template.yaml
	@.venv-sam/bin/sam validate --lint --region $${AWS_REGION:-us-east-1}

# sam empties the folder before it builds, by itself in `sam sync`, too: what only sam has built is not deployed.
BUILT := .aws-sam/build/finished

.PHONY: build
build: $(if $(RUNTIME_PYTHON),$(SAM)) ## Build what sam deploy uploads; ARGS="--parameter-overrides Architecture=x86_64" for Intel
	@test -n '$(RUNTIME_PYTHON)' || { \
		echo 'make build needs python3.13 with pip on PATH, the version of the Lambda runtime:' \
			'pyenv install 3.13 (it need not be the active one)' >&2; exit 1; }
	@$(with_runtime_python) .venv-sam/bin/sam build $(ARGS)
	@PYTHONPATH=. .venv-sam/bin/python -m local.built_template .aws-sam/build/template.yaml
	@PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 $(RUNTIME_PYTHON) -m local.artifacts .aws-sam/build
	@touch $(BUILT)

.PHONY: deploy
deploy: $(if $(wildcard $(BUILT)),$(SAM)) ## Deploy what make build has built; ARGS=--guided the first time, ARGS="--config-env prod" for another stack
	@test -f $(BUILT) || { echo 'make deploy deploys what make build has built to its end: make build' >&2; exit 2; }
	@.venv-sam/bin/sam deploy $(ARGS)

# For this machine's processor, in .artifacts: what make build left for a deploy stays as it is.
.PHONY: rehearse
rehearse: $(if $(RUNTIME_PYTHON),$(DEV) $(CHECKS) $(runtime_tools)) ## Rehearse a deploy without an account: build, package, create, look, update, run, delete
	@test -n '$(RUNTIME_PYTHON)' || { \
		echo 'make rehearse needs python3.13 with pip on PATH, as make build does' >&2; exit 2; }
	@$(with_runtime_python) PYTHONPATH=.:shared .venv/bin/python -m tests.rehearsal $(ARGS)

.PHONY: lock
lock: .venv-lock/ready ## Write the requirements files anew from their .in files; ARGS=--upgrade for new releases
	@$(compile) requirements-dev.in -o requirements-dev.txt
	@$(foreach folder,shared $(patsubst %/,%,$(dir $(wildcard functions/*/requirements.in))),\
		$(compile) -c requirements-dev.txt $(folder)/requirements.in -o $(folder)/requirements.txt &&) true
	@$(compile) requirements-sam.in -o requirements-sam.txt
	@$(compile) requirements-checks.in -o requirements-checks.txt
	@$(compile) -c requirements-dev.txt requirements-runtime.in -o requirements-runtime.txt
	@$(compile) --emit-build-options -c requirements-dev.txt requirements-peers.in -o requirements-peers.txt

compile = .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url \
	$(if $(PIP_INDEX_URL),--default-index '$(PIP_INDEX_URL)') $(ARGS)

.PHONY: clean
clean: ## Forget the local run and everything built; environments stay
	rm -rf .newswire out .artifacts .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache __pycache__
	find functions local shared tests -name __pycache__ -prune -exec rm -rf {} +


$(DEV): # what it says is no part of a target's output
	@.ci/venv .venv requirements-dev.txt $@ $(PYTHON) >&2

$(SAM):
	@.ci/venv .venv-sam requirements-sam.txt $@ $(PYTHON)

$(CHECKS): # as above
	@.ci/venv .venv-checks requirements-checks.txt $@ $(PYTHON) >&2

$(PEERS): # as above
	@.ci/venv .venv-peers requirements-peers.txt $@ $(PYTHON) >&2

$(RUNTIME): # by the runtime's own Python, whatever the others run on; compiled, since functions cannot write there
	@.ci/venv .venv-runtime requirements-runtime.txt $@ $(RUNTIME_PYTHON)
	@.venv-runtime/bin/python -m compileall -q --invalidation-mode unchecked-hash .venv-runtime/lib

$(CHECKERS):
	@npm ci --prefix tests/site --ignore-scripts --no-audit --no-fund --silent >&2 && touch $@ || { \
		echo 'npm could not install the checkers of tests/site/package-lock.json: what needs them is skipped' >&2; }

$(RUNTIME_WHEELS):
	@echo 'Fetching wheels for what the tests build, once'
	@rm -rf .wheels && mkdir .wheels
	@for lock in $(LAMBDA_LOCKS); do \
		$(RUNTIME_PYTHON) -m pip --disable-pip-version-check download --quiet --retries 2 --no-deps \
			--only-binary :all: --require-hashes --requirement $$lock --dest .wheels || { \
			echo "No package index could be reached for the functions' wheels: set PIP_INDEX_URL," \
				'or name a folder of wheels: make WHEELS=folder' >&2; exit 1; }; \
	done
	@touch $@

.venv-lock/ready:
	@python3 -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv==0.13.9 && touch $@
