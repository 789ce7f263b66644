# make demo        set up, build a release, and show what nnprep does on the fixtures
# make test        set up, then run the whole test suite
# make processors  the tests with every kernel set, and on emulated processors
# make interop     check the files against numpy, Pillow, a browser and others (needs Python)
# make fuzz        give each parser's fuzzer SECONDS_EACH=60 seconds
# make sanitize    the test suite under the thread sanitizer, then under the address sanitizer
# make bench       nnprep beside its peers and Spark ML (needs Python); CIFAR10=folder, WIDE=1, TORCH=1, SPARK="50000 32"
# make scaling     time and memory against the number of rows: 45 GB through pipes
# make example     a program that uses the library, from another package
# make spark       the module for Apache Spark, on a session and on a cluster (needs Python, and Java 17 or newer)
# make install PREFIX=/usr/local

SHELL := /bin/bash
PREFIX ?= /usr/local
SWIFT_BUILD := swift build -c release --static-swift-stdlib --product nnprep
# Tests run the loops on real images: without the optimizer they would take minutes.
TEST_FLAGS := -Xswiftc -O -Xcc -O2
BINARY = $(shell swift build -c release --static-swift-stdlib --show-bin-path)/nnprep
DEMO := .build/demo
SPARK_MODULE := Sources/Spark/nnprep_spark.py
PACKAGES := liblapacke-dev libopenblas-dev zlib1g-dev libjpeg-dev libpng-dev pkg-config
EMULATION := qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross

.PHONY: all setup build demo test example processors interop fuzz sanitize bench scaling spark lint install clean

all: build

# The Debian libraries: linear algebra, zlib (which Swift itself needs), JPEG (libjpeg-turbo) and PNG; and pkg-config,
# which finds them. Installed only where missing.
setup:
	@pkg-config --exists lapacke openblas zlib libjpeg libpng 2>/dev/null || { \
	    echo "Installing $(PACKAGES)"; \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null; }

build: setup
	@$(SWIFT_BUILD)

test: setup
	swift build --build-tests $(TEST_FLAGS)
	swift test --skip-build --disable-xctest

# The library from another package.
example: setup
	swift build --package-path Tests/Example --scratch-path .build/example
	.build/example/debug/Example Fixtures/patches-train.bin Fixtures/patches-val.bin .build/example/white.npy

# About ten minutes on two cores. The emulators and ARM64's C library are installed where they are missing.
processors: build
	@dpkg --status $(EMULATION) >/dev/null 2>&1 || { \
	    echo "Installing $(EMULATION)"; \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(EMULATION) >/dev/null; }
	swift build --build-tests $(TEST_FLAGS)
	Tests/Processors/check all "$(BINARY)"

# Each command is shown as one would type it, then run. 3 is what check ends with where it finds something.
define show
@if [ -t 1 ]; then printf '\n\033[1m$$ nnprep %s\033[0m\n' '$(1)'; else printf '\n$$ nnprep %s\n' '$(1)'; fi
@cd $(DEMO) && { "$(BINARY)" $(1) || [ $$? = 3 ]; }
endef

demo: build
	@mkdir -p $(DEMO) && cp Fixtures/patches-*.bin Fixtures/iris-*.csv $(DEMO)
	@echo "Real photographs in CIFAR-10's layout: 600 patches for training, 200 for validation."
	$(call show,inspect patches-train.bin)
	@printf '\nLearn from the training split only, then apply the same to validation.\n'
	$(call show,fit patches-train.bin)
	$(call show,apply --stats stats.json patches-val.bin -o val.npy --labels labels.npy)
	@printf '\nThe validation rows, centered and scaled by what the training rows are like:\n'
	$(call show,inspect val.npy)
	@printf '\nPrincipal components: the fewest that explain 95 %% of the variance, whitened.\n'
	$(call show,fit --pca 0.95 --whiten pca patches-train.bin -o white.json)
	$(call show,inspect white.json)
	$(call show,apply --stats white.json patches-val.bin -o white.npy --labels labels.npy)
	@printf '\nA table: labels pass through, columns are matched by name.\n'
	$(call show,fit --pca 2 --label-column species iris-train.csv -o iris.json)
	$(call show,apply --stats iris.json iris-val.csv -o iris-val.pca.csv)
	@cd $(DEMO) && head -6 iris-val.pca.csv | sed 's/^/  /; s/,/\t/g'
	@printf '\nWhat the preprocessing is good for: a linear classifier, first on the bytes, then on standardized ones.\n'
	$(call show,probe --train patches-train.bin --val patches-val.bin --epochs 5 --quiet)
	$(call show,probe --train patches-train.bin --val patches-val.bin --epochs 5 --stats stats.json)
	@printf '\nA split that has copies of training rows in it:\n'
	$(call show,check --stats white.json --picture leaks.png --clean clean.bin --train patches-train.bin patches-leaky.bin)
	@printf '\nThe pictures of the notes, from these images:\n'
	$(call show,plot figure --stats white.json patches-val.bin -o figure.png)
	$(call show,plot figure --stats white.json patches-val.bin -o figure.svg)
	@printf '\nAll that is known of these statistics and splits, on one page:\n'
	$(call show,report --stats white.json --train patches-train.bin --val patches-val.bin)
	@printf '\nOpen $(DEMO)/report.html in a browser. All else is in $(DEMO), too.\n'

# Against software that others wrote; needs Python with its venv module, and gets the rest from PyPI. GNU parallel and the
# browser come from Debian, where they are missing.
interop: build
	@command -v parallel >/dev/null || { \
	    echo "Installing parallel"; \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends parallel >/dev/null; }
	@test -x .build/venv/bin/python || python3 -m venv .build/venv
	@.build/venv/bin/pip install --quiet numpy pillow safetensors onnx onnxruntime playwright
	@.build/venv/bin/python Tests/Interop/check.py "$(BINARY)"
	@command -v chromium >/dev/null || { \
	    echo "Installing chromium"; \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
	@.build/venv/bin/python Tests/Interop/page.py "$(BINARY)" .build/pages

# libFuzzer with the address sanitizer, in a build of its own. The linker is LLVM's: gold fails on instrumented code.
SECONDS_EACH ?= 60
PARSERS ?=

fuzz: setup
	NNPREP_FUZZ=1 swift build -c release --product fuzz --build-path .build/fuzz \
	    -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
	Tests/Fuzz/run .build/fuzz/release/fuzz $(SECONDS_EACH) $(PARSERS)

# Left out: the comparison with numpy and pictures (slow, and LAPACK itself is not watched), bounds of memory (the
# sanitizers take some themselves), lines of 100 MB, and limits on the size of files, under which the sanitizers fail.
# Leaks are not looked for: OpenBLAS keeps its buffers.
SKIPPED := ReferenceTests|Plot|MemoryTests|TableLimitTests|aLimitOnTheSizeOfFiles|aFullDisk
SANITIZED = mkdir -p .build; set -o pipefail; NNPREP_SANITIZE=1 $(1) swift test $(TEST_FLAGS) --disable-xctest \
    --no-parallel --sanitize=$(2) --build-path .build/$(3) --skip '$(SKIPPED)' 2>&1 | tee .build/$(3).log

sanitize: setup
	$(call SANITIZED,TSAN_OPTIONS=halt_on_error=1,thread,tsan)
	$(call SANITIZED,ASAN_OPTIONS=detect_leaks=0,address,asan)
	@grep --with-filename --only-matching 'Test run with .*' .build/tsan.log .build/asan.log

# Peers that cannot be installed are left out.
bench: build
	@test -x .build/venv/bin/python || python3 -m venv .build/venv
	@for peer in numpy scikit-learn polars scikit-learn-intelex faiss-cpu pillow $(if $(TORCH),torchvision); do \
	    .build/venv/bin/pip install --quiet $$peer || echo "without $$peer"; done
	@.build/venv/bin/python Tests/Benchmarks/bench.py "$(BINARY)" --out .build/bench.json \
	    $(if $(CIFAR10),--cifar10 "$(CIFAR10)") $(if $(WIDE),--wide yes) \
	    --spark .build/spark/bin/spark-submit $(if $(SPARK),--spark-size $(SPARK))

# Time and memory against the number of rows, as a picture.
scaling: build
	python3 Tests/Benchmarks/scaling.py "$(BINARY)" .build/scaling.svg

# Spark itself comes from PyPI; Java, where there is none, from Debian.
spark: build
	@test -x .build/spark/bin/python || python3 -m venv .build/spark
	@.build/spark/bin/pip install --quiet 'pyspark[ml,sql,connect]>=4.1' 'pandas<3' 'moto[s3,server]' pillow
	@java -version >/dev/null 2>&1 || { \
	    echo "Installing default-jre-headless, as there is no Java"; \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends default-jre-headless \
	        >/dev/null; } || { echo "Spark needs Java 17 or newer, and there is none"; exit 1; }
	@.build/spark/bin/python Tests/Spark/check.py "$(BINARY)"

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

# The program, the module for Spark, and the manual page and the completions of bash, zsh and fish, each as the program
# itself prints it.
install: build
	install -D -m 755 "$(BINARY)" "$(DESTDIR)$(PREFIX)/bin/nnprep"
	install -D -m 644 $(SPARK_MODULE) "$(DESTDIR)$(PREFIX)/share/nnprep/$(notdir $(SPARK_MODULE))"
	@set -e; share="$(DESTDIR)$(PREFIX)/share"; \
	place() { install -d "$${1%/*}" && "$(BINARY)" $$2 > "$$1" && chmod 644 "$$1" && echo "$$1"; }; \
	place "$$share/man/man1/nnprep.1" --man; \
	place "$$share/bash-completion/completions/nnprep" "completions bash"; \
	place "$$share/zsh/site-functions/_nnprep" "completions zsh"; \
	place "$$share/fish/vendor_completions.d/nnprep.fish" "completions fish"

clean:
	rm -rf .build
