package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sallyport/local/growth"
	"sallyport/local/parts"
)

// benchGrowth prints what calls cost while one tenant grows, on the embedded
// store and on DynamoDB Local. A call that grows without a bound is an error.
func benchGrowth(ctx context.Context) error {
	sizes := []int{100, 1000, 10_000, 100_000}
	rows, err := growth.Measure(ctx, growth.Embedded(), sizes)
	if err != nil {
		return err
	}
	showGrowth("embedded store: records", sizes, rows)
	sizes = tableSizes(sizes)
	onTable, err := growthOnTable(ctx, sizes)
	if err != nil {
		return err
	}
	showGrowth("DynamoDB Local: capacity units", sizes, onTable)
	return errors.Join(growing(rows), growing(onTable))
}

// tableSizes leaves out the largest tenant, which takes minutes to fill,
// unless LONG is set.
func tableSizes(sizes []int) []int {
	if os.Getenv("LONG") != "" {
		return sizes
	}
	return sizes[:len(sizes)-1]
}

// largeHeapMB is what DynamoDB Local needs for 100,000 users and the stream of
// their changes.
const largeHeapMB = 2048

// growthOnTable measures on a DynamoDB Local of its own, in memory.
func growthOnTable(ctx context.Context, sizes []int) (rows []growth.Row, err error) {
	folder, err := os.MkdirTemp("", "sallyport-growth-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	database, err := parts.DynamoDB{Local: "local", Log: filepath.Join(folder, "dynamodb.log"), HeapMB: largeHeapMB}.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer database.Stop()
	ground, err := growth.DynamoDB(ctx, database.URL)
	if err != nil {
		return nil, err
	}
	return growth.Measure(ctx, ground, sizes)
}

// showGrowth prints one table: what was read + written at each size.
func showGrowth(title string, sizes []int, rows []growth.Row) {
	fmt.Printf("\n%-32s", title)
	for _, size := range sizes {
		fmt.Printf(" %17s", fmt.Sprintf("%d users", size))
	}
	fmt.Println()
	for _, row := range rows {
		fmt.Printf("%-32s", row.Call)
		for _, c := range row.Costs {
			fmt.Printf(" %9.1f +%6.1f", c.Read, c.Write)
		}
		fmt.Println("  " + row.Verdict())
	}
}

// growing names the calls whose costs grow without a bound.
func growing(rows []growth.Row) error {
	var errs []error
	for _, row := range rows {
		if !row.Bounded && !row.Flat() {
			errs = append(errs, fmt.Errorf("%s costs more in a large tenant", row.Call))
		}
	}
	return errors.Join(errs...)
}
