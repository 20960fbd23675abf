package twofactor

import (
	"context"
	"sync"
)

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
	var ordinary, others []int
	seen := make(map[string]bool, len(in))
	for i, item := range in {
		results[i].ID = item.ID
		switch {
		case seen[item.ID]:
			results[i].Err = invalid("/id", "The user stands in this batch twice; the first one counts.")
		case item.Role == RoleUser:
			ordinary = append(ordinary, i)
		default:
			others = append(others, i)
		}
		seen[item.ID] = true
	}
	put := func(i int) {
		if open.Err() != nil {
			results[i].Outcome = OutcomeNotTried
			return
		}
		u.putItem(ctx, c, tenant, in[i], &results[i])
	}
	var wg sync.WaitGroup
	spread(&wg, 1, others, put)
	spread(&wg, batchWorkers, ordinary, put)
	wg.Wait()
	return results
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
