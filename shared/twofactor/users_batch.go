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

// PutMany puts up to 500 users, each by itself: one that is refused does not
// stop the others. Shortly before ctx ends it stops; the rest is
// OutcomeNotTried. Only the form of the whole, the scope and the tenant refuse
// the whole.
func (u *Users) PutMany(ctx context.Context, c Caller, tenant string, in []UserInput) ([]ItemResult, error) {
	a, err := u.authorize(ctx, c, tenant, actUserWrite)
	if err != nil {
		return nil, err
	}
	if len(in) == 0 || len(in) > maxBatch {
		return nil, invalid("/users", "It holds 1 to %d users.", maxBatch)
	}
	if err := u.replay(ctx, c); err != nil {
		return nil, err
	}
	results := u.putAll(ctx, c, a.tenant, in)
	return results, u.rememberBatch(ctx, c, results)
}

// putAll works through the items. Those with an ordinary role go in parallel;
// the others all move the one roster, so they go one after the other.
func (u *Users) putAll(ctx context.Context, c Caller, tenant *Tenant, in []UserInput) []ItemResult {
	open, cancel := withReserve(ctx)
	defer cancel()
	results := make([]ItemResult, len(in))
	ordinary, others := make(chan int, len(in)), make(chan int, len(in))
	seen := make(map[string]bool, len(in))
	for i, item := range in {
		results[i].ID = item.ID
		switch {
		case seen[item.ID]:
			results[i].Err = invalid("/id", "The user stands in this batch twice; the first one counts.")
		case item.Role == RoleUser:
			ordinary <- i
		default:
			others <- i
		}
		seen[item.ID] = true
	}
	close(ordinary)
	close(others)
	var wg sync.WaitGroup
	work := func(items <-chan int) {
		for i := range items {
			if open.Err() != nil {
				results[i].Outcome = OutcomeNotTried
				continue
			}
			u.putItem(ctx, c, tenant, in[i], &results[i])
		}
	}
	wg.Go(func() { work(others) })
	for range batchWorkers {
		wg.Go(func() { work(ordinary) })
	}
	wg.Wait()
	return results
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

func (u *Users) putItem(ctx context.Context, c Caller, tenant *Tenant, in UserInput, result *ItemResult) {
	kept, err := u.keep(ctx, c, tenant, in.edit())
	switch {
	case err != nil:
		result.Err = err
	case kept.created:
		result.Outcome = OutcomeCreated
	case kept.changed:
		result.Outcome = OutcomeUpdated
	default:
		result.Outcome = OutcomeUnchanged
	}
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
