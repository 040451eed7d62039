# Everything that is done with this project, by one word each; `make` alone lists them. CI runs `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

FUZZ_SECONDS ?= 60
SOAK_KILLS ?= 200
SOAK_SEED ?= 7
WASM := --target wasm32-unknown-unknown
NATIVE := -p wasm-core -p native-host -p azure-sim -p extension-pack -p bench

.PHONY: help demo test check build host extensions bench soak fuzz package install uninstall doctor screenshots setup \
        setup-build test-clients test-rust core-js test-core-js test-wasm test-pages test-browsers

help:              ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- for users ---

demo: setup build   ## a capture from click to answer on a simulated Azure, in a real browser
	node tests/e2e/demo.mjs

install: build     ## builds, and registers the helper with the browsers of this user
	target/release/vmss-capture install

uninstall: host    ## takes the registration back
	target/release/vmss-capture uninstall

doctor: host       ## what is installed, what is missing, what to do about it
	target/release/vmss-capture doctor

# --- for developers ---

setup:             ## installs what is missing on a Debian machine; quick when nothing is
	@.ci/setup tests

setup-build:
	@.ci/setup build

build: setup-build host extensions ## release helper, simulator, and both unpacked extensions in dist/

host:
	cargo build --release -p native-host -p azure-sim

extensions:
	cargo build --profile wasm $(WASM) -p extension-ui --bins
	cargo build --profile engine $(WASM) -p wasm-core --features engine
	cargo run --quiet -p extension-pack

check:             ## the quick half of `make test`: formats, lints, compiles
	cargo fmt --all --check
	cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
	cargo clippy --quiet --all-targets $(NATIVE) -- -D warnings
	cargo clippy --quiet $(WASM) -p extension-ui --all-targets -- -D warnings
	cargo check --quiet $(WASM) -p wasm-core --no-default-features
	node_modules/.bin/tsc -p manifest/tsconfig.json

test: setup check test-rust test-core-js test-wasm build test-clients test-pages test-browsers ## everything, as CI does it

test-rust:
	cargo test --quiet $(NATIVE) -p extension-ui

core-js:           ## the core as a JavaScript module with types, in target/core-js
	cargo build --quiet --profile wasm $(WASM) -p wasm-core --features bindings
	cargo run --quiet -p extension-pack -- bindgen target/wasm32-unknown-unknown/wasm/wasm_core.wasm target/core-js
	node node_modules/binaryen/bin/wasm-opt -Oz target/core-js/wasm_core_bg.wasm -o target/core-js/wasm_core_bg.wasm

test-core-js: core-js
	node_modules/.bin/tsc -p wasm-core/examples/js/tsconfig.json
	node wasm-core/examples/js/check-filters.mjs >/dev/null

test-wasm:         ## unit tests of the pages, inside Chromium
	cargo build --quiet -p extension-pack
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node $(CURDIR)/tests/e2e/wasm-tests.mjs" \
	  cargo test --quiet $(WASM) -p extension-ui --test browser

test-pages:        ## Mozilla's linter on the Firefox extension
	node tests/e2e/lint-extension.mjs

test-browsers:     ## end-to-end, on what `make build` left
	node --test --test-concurrency=1 --test-timeout=1800000 tests/e2e/*.test.mjs

bench: build core-js ## how fast: parser, helper, pages; figures go to docs/benchmarks.md
	cargo run --release --quiet -p bench -- pcap
	cargo run --release --quiet -p bench -- filters
	cargo run --release --quiet -p bench -- azure
	cargo run --release --quiet -p bench -- download
	node tests/e2e/bench.mjs
	node tests/bench/browser/viewer.mjs --large target/bench/1024-traffic.pcap

soak:              ## a download killed SOAK_KILLS (200) times at moments drawn from SOAK_SEED (7)
	SOAK_KILLS=$(SOAK_KILLS) SOAK_SEED=$(SOAK_SEED) cargo test --release -p native-host --test soak -- --nocapture

fuzz:              ## every fuzz target for FUZZ_SECONDS (60) each; needs a nightly toolchain
	cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet cargo-fuzz
	cd tests && for target in $$(cargo +nightly fuzz list --fuzz-dir fuzz); do \
	  cargo +nightly fuzz run --fuzz-dir fuzz $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024; \
	done

test-clients: build ## the real az CLI and azure-mgmt SDKs against the simulator; installs them first, into target/clients
	tests/clients/run

package: build     ## archives of the extensions, for the stores, and of the helper, in dist/
	cargo run --quiet -p extension-pack -- archive
	tar -C target/release -czf dist/vmss-capture-$$(uname -s)-$$(uname -m).tar.gz vmss-capture

screenshots: setup build ## every page and state, in both languages and all themes, in target/screenshots
	node tests/e2e/screenshots.mjs
