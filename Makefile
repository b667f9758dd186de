# A façade: each target does all it needs, from a bare Debian 12 machine on.

.DEFAULT_GOAL := build
.PHONY: help install-deps build test soak bench demo lint format asan clean

# What ccache needs to recognise the same source in another checkout.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

install-deps: ## Debian packages and the newer PostgreSQL for the tests
	@tools/install-deps.sh

build: ## the program, build/tricklec
	@tools/install-deps.sh build
	cmake --preset release
	cmake --build --preset release

test: ## build everything, then unit, lit, e2e and isolation tests
	@tools/install-deps.sh build test
	cmake --preset ci
	cmake --build --preset ci
	ctest --preset ci $(if $(LABEL),-L $(LABEL)) $(if $(TEST),-R $(TEST))

soak: build ## random changes over the schemas of examples and tests for TIME (30m); SEED repeats a run
	@tools/install-deps.sh test
	@tools/install-deps.sh servers 16 17 18
	@tools/soak "$(or $(TIME),30m)" $(SEED)

bench: build ## what stream tables cost, as ratios to triggers and refreshes written by hand
	@tools/install-deps.sh demo
	@bench/run

demo: build ## pgbench on a throwaway server with stream tables over its tables
	@tools/install-deps.sh build demo
	@tools/demo.sh

lint: ## formatting, clang-tidy, house rules
	@tools/install-deps.sh build lint
	@tools/lint

format: ## clang-format over all C++ files
	@tools/install-deps.sh lint
	git ls-files -z '*.cpp' '*.h' | xargs -0 clang-format -i

asan: ## unit and lit tests under the sanitizers
	@tools/install-deps.sh build test
	cmake --preset asan
	cmake --build --preset asan
	ctest --preset asan

clean: ## remove what was built; downloaded servers stay
	rm -rf build-*
	[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name servers -exec rm -rf {} +
