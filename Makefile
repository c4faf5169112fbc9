# make test   builds everything and runs every test
# make lint   checks the form of the sources

.PHONY: all test lint

all:
	swift build

test:
	swift test

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
