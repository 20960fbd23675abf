package twofactor_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// patient counts the writes that were given less time than the whole call has.
type patient struct {
	twofactor.Store
	end    time.Time
	writes atomic.Int32
	cut    atomic.Int32
}

func (p *patient) Commit(ctx context.Context, c twofactor.Commit) error {
	p.writes.Add(1)
	if end, limited := ctx.Deadline(); !limited || end.Before(p.end) {
		p.cut.Add(1)
	}
	return p.Store.Commit(ctx, c)
}

// An item that is cut off half way would be told as a fault of the service,
// though it may have been written.
func TestAnItemOfABatchThatWasBegunHasAllTheTimeThatIsLeft(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	store := &patient{Store: d.store, end: time.Now().Add(time.Hour)}
	ctx, cancel := context.WithDeadline(d.ctx, store.end)
	defer cancel()
	d.ctx, d.deps.Store = ctx, store

	_, err := d.users().PutMany(d.ctx, d.plain(), "t", []twofactor.UserInput{entry("bob", twofactor.RoleUser), entry("eve", twofactor.RoleAdmin)})
	d.ok(err)
	_, err = d.requireMany(d.as("t", "root"), twofactor.RequirementsInput{Users: []string{"ann"}, Value: twofactor.RequirementRequired})
	d.ok(err)
	if store.writes.Load() != 3 || store.cut.Load() != 0 {
		t.Errorf("%d of %d writes were given less than the whole time", store.cut.Load(), store.writes.Load())
	}
}
