package twofactor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// maxBatch is how many users one batch takes (contract §3).
	maxBatch = 500
	// batchWorkers bounds what one batch asks of the store at a time.
	batchWorkers = 8
	// batchReserve is what is kept of the time for the answer itself.
	batchReserve = 2 * time.Second
)

// What became of one item of a batch.
const (
	OutcomeCreated   = "created"
	OutcomeUpdated   = "updated"
	OutcomeUnchanged = "unchanged"
	OutcomeNotTried  = "not_tried"
)

// ItemResult is what became of one item of a batch: an outcome, or the error
// that a call for it alone would have given.
type ItemResult struct {
	ID string
	// Status is for the HTTP layer to fill.
	Status  int
	Outcome string
	Err     error
}

// spread gives items to so many workers, each of which does one after the other.
func spread(wg *sync.WaitGroup, workers int, items []int, do func(item int)) {
	queue := make(chan int, len(items))
	for _, item := range items {
		queue <- item
	}
	close(queue)
	for range workers {
		wg.Go(func() {
			for item := range queue {
				do(item)
			}
		})
	}
}

// withReserve ends a little before ctx does: no item is begun after it, and
// those that were begun have the time to end, so that none is cut off half way
// with an outcome that nobody knows.
func withReserve(ctx context.Context) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-batchReserve))
}

// rememberBatch keeps the answer for the same Idempotency-Key. A batch of which
// something was not decided is not kept: its repetition goes on.
func (d Deps) rememberBatch(ctx context.Context, c Caller, results []ItemResult) error {
	for _, r := range results {
		code := CodeOf(r.Err)
		if r.Outcome == OutcomeNotTried || code == CodeUnavailable || code == CodeConflict {
			return nil
		}
	}
	records, err := c.onceRecords(results, d.Now())
	if err != nil || len(records) == 0 {
		return err
	}
	err = d.Store.Commit(ctx, Commit{Put: records})
	var lost *ConflictError
	switch {
	case errors.As(err, &lost):
		// The same batch ran twice at a time: the first answer stands.
		return d.replay(ctx, c)
	case err != nil:
		return unavailable(fmt.Errorf("the batch is done, but its answer was not kept: %w", err))
	}
	return nil
}
