package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"sallyport/local/api"
	"sallyport/local/cost"
	"sallyport/local/stack"
)

// billed is how many persons sign in to make the bill.
const billed = 41

// benchBill prints what a million logins with a code cost on AWS, from what
// they take here of the table and of logs.
func benchBill(ctx context.Context) (err error) {
	state, err := os.MkdirTemp("", "sallyport-bill-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(state)) }()
	var g cost.Gauges
	s, err := stack.Start(ctx, stack.Options{
		Root: ".", State: state, Store: stack.StoreDynamoDB, InMemory: true,
		Log: &g.Log, Meter: g.Front.Add, FeedMeter: g.Feed.Add,
	})
	if err != nil {
		return err
	}
	defer s.Close()
	used, err := cost.SignIns(ctx, api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()}, &g, billed)
	if err != nil {
		return err
	}
	n := float64(used.SignIns)
	fmt.Printf("\na login with a code: %.1f + %.1f units to decide, %.1f + %.1f to file, %.0f bytes of logs\n",
		used.Front.Read/n, used.Front.Write/n, used.Feed.Read/n, used.Feed.Write/n, float64(used.LogBytes)/n)
	sum := 0.0
	for _, item := range used.Bill() {
		fmt.Printf("%-34s %10.2f\n", item.Name, item.Dollars)
		sum += item.Dollars
	}
	fmt.Printf("%-34s %10.2f\n", "dollars for a million logins", sum)
	return nil
}
