FUZZTIME ?= 60s
BENCH    ?= .
CHAOS    ?=
MEMORY   ?=
SANDBOX  ?=
MODULES   = $(shell git ls-files -co --exclude-standard -- ':(glob)**/go.mod' ':(exclude,glob)**/testdata/**' | xargs -n1 dirname)

.PHONY: help fmt generate lint test torture race fuzz bench chaos memory vuln tidy api apps syncd sandbox ci

help: ## list the targets
	@awk -F ' ## ' '/^[a-z]+:.* ## / { sub(/:.*/, "", $$1); printf "%-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

fmt: ## format all Go files
	GOBIN=$(CURDIR)/.bin go -C internal/tools install mvdan.cc/gofumpt && .bin/gofumpt -w .

generate: ## write the *_gen.go files again, from internal/tools/shared
	go -C internal/tools run ./shared ../..

lint: ## gofumpt, go vet, golangci-lint and the check of the docs
	.ci/run lint docs

test: ## tests of the main module, in the short form
	go test ./...

torture: ## every case, every random sequence and the kills, in all modules; up to an hour
	.ci/run long

race: ## the same under the race detector
	.ci/run race

fuzz: ## every fuzz target in turn, each for FUZZTIME
	@grep -rEo --include='*_test.go' '^func Fuzz\w+' . | sed 's|/[^/]*:func | |' | sort | while read -r dir target; do \
		echo "$$dir $$target"; go -C $$dir test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) . </dev/null || exit 1; done

bench: ## benchmarks of internal/bench and internal/sqltest; BENCH selects some
	go -C internal/bench test -run '^$$' -bench '$(BENCH)' -benchmem ./...
	go -C internal/sqltest test -run '^$$' -bench '$(BENCH)' -benchtime 1000x .

chaos: ## kills syncs at random; CHAOS has flags, -h lists them
	go -C internal/sqltest run ./chaos $(CHAOS)

memory: ## memory of a first pass over 100,000 and 1,000,000 operations
	go -C internal/sqltest run ./chaos memory $(MEMORY)

vuln: ## known vulnerabilities in what is called
	.ci/run vuln

tidy: ## go mod tidy in every module
	for dir in $(MODULES); do go -C $$dir mod tidy || exit 1; done

api: ## differences of the public API from the last tag
	.ci/run api

apps: ## the programs of examples/apps into bin/, static
	mkdir -p bin
	CGO_ENABLED=0 go -C examples/apps build -trimpath -o $(CURDIR)/bin/ ./...

syncd: ## the daemon of examples/apps/syncd as bin/syncd, static
	CGO_ENABLED=0 go -C examples/apps build -trimpath -o $(CURDIR)/bin/syncd ./syncd

sandbox: ## the five fakes on ports of this machine, for any language; SANDBOX has flags, -h lists them
	go -C examples/apps run ./sandbox $(SANDBOX)

ci: ## everything that CI runs
	.ci/run
