// Command check is "make test": vet, every Go test, the same with the real
// parts, the race detector, a few seconds of each fuzz test, the answers to
// what Schemathesis invents from openapi.yaml, the template, and the story
// through the SAM CLI.
//
// What this machine lacks is skipped and named at the end with the command
// that gets it; with CI=true a skip is a failure. The last line says how many
// tests passed and failed. LONG=1 gives the fuzz tests 25 times as many inputs
// ("make test-long").
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	r := &report{strict: os.Getenv("CI") == "true"}
	run(ctx, r)
	stop()
	r.close()
	if r.failed > 0 {
		os.Exit(1)
	}
}

// run does all steps; each adds to the report and none stops the others.
func run(ctx context.Context, r *report) {
	parts := startParts(ctx, r)
	defer parts.stop()
	r.command(ctx, "vet", nil, "go", "vet", "./...")
	r.goTest(ctx, "every test", parts.environment(), "./...")
	r.race(ctx, parts)
	r.fuzz(ctx)
	r.schemathesis(ctx)
	// First, for it fetches the SAM CLI that the next step needs too.
	r.sam(ctx)
	r.template(ctx)
}

// report counts what happened.
type report struct {
	passed, failed int
	skipped        []string
	strict         bool
}

// result counts one thing that is not a Go test.
func (r *report) result(name string, err error) {
	if err != nil {
		r.failed++
		fmt.Printf("FAILED  %s: %v\n", name, err)
		return
	}
	r.passed++
	fmt.Printf("ok      %s\n", name)
}

// skip notes what could not be done, and what would make it possible.
func (r *report) skip(name, get string) {
	r.skipped = append(r.skipped, name+" ("+get+")")
	if r.strict {
		r.failed++
	}
}

// close prints the closing lines.
func (r *report) close() {
	fmt.Println()
	for _, s := range r.skipped {
		fmt.Println("skipped:", s)
	}
	if r.strict && len(r.skipped) > 0 {
		fmt.Println("with CI=true nothing may be skipped")
	}
	fmt.Printf("%d passed, %d failed\n", r.passed, r.failed)
}
