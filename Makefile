# make demo   set up, build a release, and show what nnprep does on the fixtures
# make test   set up, then run the whole test suite
# make install PREFIX=/usr/local

SHELL := /bin/bash
PREFIX ?= /usr/local
SWIFT_BUILD := swift build -c release --static-swift-stdlib --product nnprep
BINARY = $(shell swift build -c release --static-swift-stdlib --show-bin-path)/nnprep
PACKAGES := liblapacke-dev libopenblas-dev pkg-config

.PHONY: all setup build demo test lint install clean

all: build

# The two Debian libraries (and pkg-config, which finds them): installed only where they are missing.
setup:
	@pkg-config --exists lapacke openblas 2>/dev/null || { \
	    echo "Installing $(PACKAGES)"; \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null; }

build: setup
	@$(SWIFT_BUILD)

test: setup
	swift build --build-tests
	swift test --skip-build --disable-xctest

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$(BINARY)" "$(DESTDIR)$(PREFIX)/bin/nnprep"

clean:
	rm -rf .build
