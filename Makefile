# make            builds .build/release/crm-mailfilter
# make demo       installs what is missing, builds, and runs the filter on the sample mail
# make test       the same, then every test
# make soak       what takes too long for each change: thousands of filters, kills, any fault at random for
#                 SOAK_SECONDS, fuzzing
# make fuzz       feeds the readers of foreign bytes mutated inputs, each for SECONDS
# make sanitize   the unit tests, and a short fuzz of each reader, under the address sanitizer
# make threads    the tests of what threads share (locks, deadlines, files), under the thread sanitizer
# make lint       checks the form of sources and manual pages
# make bench      measures everything against floors and peers; QUICK=1: fewer; PARTS=…: some of it
# make pictures   makes pictures of an archive of made-up mail in .build/pictures, for people to look at
# make install    installs under PREFIX (/usr/local), below DESTDIR
# make uninstall  takes it away again
# make deb        makes a Debian package in .build/deb

# The oldest Swift that builds it.
SWIFT   = 6.1
PREFIX  = /usr/local
SECONDS = 60
SOAK_SECONDS = 3600
DESTDIR =
PROGRAM = .build/release/crm-mailfilter
SHARE   = $(DESTDIR)$(PREFIX)/share
# Where the shells of Debian look: bash, zsh, fish.
COMPLETIONS = $(SHARE)/bash-completion/completions/crm-mailfilter \
  $(SHARE)/zsh/vendor-completions/_crm-mailfilter \
  $(SHARE)/fish/vendor_completions.d/crm-mailfilter.fish
# What is pasted from pages and samples names the program where it is.
PLACES = s|/usr/local/bin/crm-mailfilter|$(PREFIX)/bin/crm-mailfilter|g
# The manual pages, each in the folder of its section.
PAGES = $(foreach page,$(notdir $(wildcard man/*)),$(SHARE)/man/man$(patsubst .%,%,$(suffix $(page)))/$(page))

# Swift and the C++ library inside, glibc and SQLite outside; no position-independent main image and
# no exported symbols: together they halve the time that the program needs to start. Types are named
# to the runtime by address, not by a text that it looks up among all conformances of the program: a
# third of what is left. No library lies beside the program, so none is looked for there. Linked by lld,
# which the toolchain brings: the other linker warns of what Foundation uses, and nobody can act on it.
# What a filter touches is laid side by side: a quarter of what is left (Benchmarks/startup-symbols.txt).
RELEASE = -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld \
  -Xswiftc -Xclang-linker -Xswiftc -no-pie -Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors \
  -Xlinker --symbol-ordering-file=$(CURDIR)/Benchmarks/startup-symbols.txt -Xlinker --no-warn-symbol-ordering \
  -Xlinker --no-export-dynamic -Xlinker -s -Xlinker -L$(CURDIR)/.build/static

# Beside the other debug build: what is instrumented and what is not do not mix. Leaks are left out: what
# is told are those of Foundation and XCTest.
SANITIZE  = --sanitize address --scratch-path .build/sanitize -Xswiftc -use-ld=lld
SANITIZED = .build/sanitize/debug
THREADS   = --sanitize thread --scratch-path .build/thread -Xswiftc -use-ld=lld

# What Debian calls the things that are needed.
BUILD_PACKAGES = libsqlite3-dev
BENCH_PACKAGES = gcc pkg-config libgmime-3.0-dev mairix notmuch mhonarc
TEST_PACKAGES  = procmail maildrop sqlite3 mandoc strace notmuch python3 dpkg-dev
LINT_PACKAGES  = mandoc shellcheck
# Their tests run where they are there. Only .ci/run installs them: Postfix takes the place of the mail
# server that a machine has.
HOST_PACKAGES  = postfix dovecot-core dovecot-sieve fdm getmail6 zsh fish postgresql python3-icalendar \
  request-tracker5 rt5-db-sqlite tinyproxy glewlwyd winbind chromium tidy

.PHONY: all announcement demo test soak fuzz sanitize threads lint bench pictures install uninstall deb build-packages bench-packages lint-packages test-packages host-packages

all:
	@.ci/swift-version $(SWIFT)
	mkdir -p .build/static
	ln -sf "$$(clang -print-file-name=libstdc++.a)" .build/static/
	swift build $(RELEASE) --product crm-mailfilter

demo: announcement build-packages all
	samples/demo $(PROGRAM)

announcement:
	@.ci/swift-version $(SWIFT)
	@test -x $(PROGRAM) || echo "The first build takes some minutes and half a GB in .build;" \
	  "Debian's $(BUILD_PACKAGES) is installed where it is missing."

test: demo test-packages
	CRM_MAILFILTER=$(CURDIR)/$(PROGRAM) .ci/test

soak: all test-packages
	SOAK=$(SOAK_SECONDS) CRM_MAILFILTER=$(CURDIR)/$(PROGRAM) swift test --filter SoakTests
	$(MAKE) fuzz SECONDS=600
	$(MAKE) threads

fuzz: build-packages
	swift build $(RELEASE) --product parse-fuzz
	.build/release/parse-fuzz Tests/Fuzz/seeds all seconds $(SECONDS)

# The tests of processor time would measure the sanitizer.
sanitize: build-packages
	swift build --build-tests $(SANITIZE)
	ASAN_OPTIONS=detect_leaks=0 swift test --skip-build $(SANITIZE) --skip 'TimeTests|theTimeGrows|IsLinear' \
	  $(patsubst %,--filter '^%\.',InternetMessageTests MailboxesTests SystemTests TrackingTests TrackingStoreTests OutputTests)
	ASAN_OPTIONS=detect_leaks=0 $(SANITIZED)/parse-fuzz Tests/Fuzz/seeds all inputs 2000

threads: build-packages
	swift build --build-tests $(THREADS)
	TSAN_OPTIONS=exitcode=66 swift test --skip-build $(THREADS) \
	  $(patsubst %,--filter '^%\.',SystemTests MailboxesTests)

lint: lint-packages
	shellcheck .ci/run .ci/packages .ci/swift-version .ci/test samples/demo samples/hosts/postfix-filter samples/postgresql/make-organization debian/build \
	  Tests/EndToEndTests/Archive/pictures
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
	mandoc -T lint -W warning man/*.1 man/*.5 man/*.7

bench: all bench-packages
	swift build $(RELEASE) --product parse-bench
	swift build $(RELEASE) --product mail-generator
	Benchmarks/run $(if $(QUICK),--quick) $(PROGRAM) .build/release $(PARTS)

pictures: build-packages
	@.ci/packages chromium python3
	swift build --product archive-maker
	rm -rf .build/made-archive .build/pictures
	mkdir -p .build/made-archive
	.build/debug/archive-maker pleasant $(CURDIR)/.build/made-archive 260
	Tests/EndToEndTests/Archive/pictures .build/made-archive .build/pictures

install:
	install -d $(DESTDIR)$(PREFIX)/bin $(addprefix $(SHARE)/man/man,1 5 7) $(SHARE)/doc/crm-mailfilter \
	  $(dir $(COMPLETIONS))
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/
	for page in $(PAGES); do \
	  sed 's|/usr/local/share/|$(PREFIX)/share/|g; $(PLACES)' "man/$${page##*/}" > "$$page" && chmod 644 "$$page" || exit 1; \
	done
	$(PROGRAM) --generate-completion-script bash > $(word 1,$(COMPLETIONS))
	$(PROGRAM) --generate-completion-script zsh > $(word 2,$(COMPLETIONS))
	$(PROGRAM) --generate-completion-script fish > $(word 3,$(COMPLETIONS))
	cp -R README.md CHANGELOG.md SECURITY.md VIOLATIONS.md LICENSE samples $(SHARE)/doc/crm-mailfilter/
	grep -rlZF /usr/local/bin/crm-mailfilter $(SHARE)/doc/crm-mailfilter | xargs -0r sed -i '$(PLACES)'

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/crm-mailfilter
	rm -f $(PAGES) $(COMPLETIONS)
	rm -rf $(SHARE)/doc/crm-mailfilter

deb: all
	@.ci/packages dpkg-dev
	debian/build $(PROGRAM) .build/deb

build-packages:
	@.ci/packages $(BUILD_PACKAGES)

bench-packages:
	@.ci/packages $(BENCH_PACKAGES)

lint-packages:
	@.ci/packages $(LINT_PACKAGES)

test-packages:
	@.ci/packages $(TEST_PACKAGES)

host-packages:
	@.ci/packages $(HOST_PACKAGES)
