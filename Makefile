# Every target has its line in "make help". What a target needs beside Go it
# fetches into local/.tools, or names in one line.
SHELL := /bin/bash
GOLANGCI := go tool -modfile=tools.mod golangci-lint

.DEFAULT_GOAL := help
.PHONY: help run sam test test-long bench lint fmt build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## run the whole service here (STORE=dynamodb: on DynamoDB Local and a local SES; PORT=, INBOX_PORT=)
	@go build -o bin/sallyport-local ./local/run && exec bin/sallyport-local

sam: ## build the functions and serve them through the SAM CLI on DynamoDB Local
	@exec local/sam/run

test: ## run every test, with the real parts as far as this machine has them
	@go run ./local/check

test-long: ## the same, with far more fuzzing and new random stories
	@LONG=1 go run ./local/check

bench: ## measure what a verify costs, in CPU, allocations and table capacity
	@go run ./local/bench
	@go test -run '^$$' -bench . -benchmem ./shared/...

lint: ## run the linters of .golangci.yml
	@$(GOLANGCI) run ./...

fmt: ## format the code
	@gofmt -w functions shared local

build: ## build every function as it is deployed, and the development stack, into bin/
	@mkdir -p bin
	@for f in functions/*/main.go; do name=$$(basename $$(dirname $$f)); \
	  CGO_ENABLED=0 GOOS=linux go build -trimpath -tags lambda.norpc -ldflags '-s -w' -o bin/$$name ./functions/$$name || exit 1; done
	@go build -o bin/sallyport-local ./local/run

clean: ## forget the state of the development stack and everything that was built
	@rm -rf local/.state bin .aws-sam
