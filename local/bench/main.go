// Command bench is the first part of "make bench". It runs the stack on
// DynamoDB Local and prints what logins and codes consume of the table, next
// to their budgets; what a million logins cost; what calls cost while a tenant
// grows to 10,000 users (with LONG set, to 100,000), on DynamoDB Local and on
// the embedded store; how long one tenant's logins take while another floods;
// then what a verify costs in CPU next to the bare calls of the SDK, and how
// fast the function verify starts next to a hello world.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"sallyport/local/api"
	"sallyport/local/cost"
	"sallyport/local/stack"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and prints; a budget that is broken is an error.
func run(ctx context.Context) (err error) {
	state, err := os.MkdirTemp("", "sallyport-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(state)) }()
	meter := &cost.Meter{}
	s, err := stack.Start(ctx, stack.Options{
		Root: ".", State: state, Store: stack.StoreDynamoDB, InMemory: true, Log: io.Discard, Meter: meter.Add,
	})
	if err != nil {
		return err
	}
	defer s.Close()
	lines, err := cost.Measure(ctx, api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()}, meter)
	if err != nil {
		return err
	}
	if err := show(lines); err != nil {
		return err
	}
	if err := benchBill(ctx); err != nil {
		return err
	}
	if err := benchGrowth(ctx); err != nil {
		return err
	}
	if err := benchFlood(ctx); err != nil {
		return err
	}
	if err := benchVerify(ctx); err != nil {
		return err
	}
	return benchStart(ctx)
}

// show prints the table.
func show(lines []cost.Line) error {
	fmt.Printf("%-30s %6s %8s %6s %8s\n", "capacity units", "read", "budget", "write", "budget")
	broken := 0
	for _, l := range lines {
		mark := ""
		if !l.Kept() {
			mark, broken = "  OVER", broken+1
		}
		fmt.Printf("%-30s %6.1f %8.1f %6.1f %8.1f%s\n", l.Request, l.Read, l.ReadBudget, l.Write, l.WriteLimit, mark)
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d requests are over their budget", broken, len(lines))
	}
	return nil
}
