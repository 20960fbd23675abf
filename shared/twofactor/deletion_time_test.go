package twofactor_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// cutLister ends ctx in the middle of the n-th read, as a run that is out of
// time does.
type cutLister struct {
	twofactor.Store
	n   int
	end context.CancelFunc
}

func (c *cutLister) cut(ctx context.Context) error {
	if c.n--; c.n == 0 {
		c.end()
	}
	return ctx.Err()
}

func (c *cutLister) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	if err := c.cut(ctx); err != nil {
		return twofactor.Page{}, err
	}
	return c.Store.List(ctx, q)
}

func (c *cutLister) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	if err := c.cut(ctx); err != nil {
		return nil, err
	}
	return c.Store.Load(ctx, wants...)
}

// An error here would be an alarm each minute while a large tenant, or many
// users, are deleted: a run has ten seconds and is nearly always in a read.
func TestADeletionThatIsOutOfTimeHasNotFailedAndIsFinishedByTheNextRun(t *testing.T) {
	for n := 1; ; n++ {
		d := newDesk(t)
		d.fillTenant("t")
		d.tenant("other")
		for i := range 3 {
			user := fmt.Sprintf("u%d", i)
			d.user("other", user, twofactor.RoleUser)
			d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "other", User: user}))
		}
		deletions := d.startDeletion("t")
		d.later(time.Minute)
		ctx, end := context.WithCancel(d.ctx)
		cut := &cutLister{Store: d.store, n: n, end: end}
		short := twofactor.NewDeletions(d.deps)
		short.Store = cut
		more, err := short.Run(ctx)
		end()
		if err != nil {
			t.Errorf("cut off at read %d: %v", n, err)
		}
		if cut.n > 0 {
			break
		}
		if !more {
			t.Errorf("cut off at read %d it says that nothing is left", n)
		}
		more, err = deletions.Run(d.ctx)
		d.ok(err)
		if left := d.left("t"); more || len(left) > 0 {
			t.Errorf("cut off at read %d: more %v, left %v", n, more, left)
		}
	}
}

func TestADeletionThatGoesOnForDaysIsAnErrorThatNamesItsTenant(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "ann"}))
	deletions := d.startDeletion("t")
	// Others are always faster: nothing fails, and nothing comes to its end.
	deletions.Store = busyStore{d.store}
	for _, step := range []struct {
		wait   time.Duration
		errors int
	}{
		{time.Minute, 0}, {48*time.Hour - time.Minute - time.Second, 0}, {time.Second, 1}, {26*time.Hour - time.Second, 1}, {time.Second, 2},
	} {
		d.later(step.wait)
		_, err := deletions.Run(d.ctx)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if got := strings.Count(said, "tenant t: a deletion does not come to its end"); got != step.errors {
			t.Errorf("after %v more it says %q, want %d such errors", step.wait, said, step.errors)
		}
	}
}

// busyStore lets every commit lose against another.
type busyStore struct{ twofactor.Store }

func (busyStore) Commit(context.Context, twofactor.Commit) error {
	return &twofactor.ConflictError{}
}

func TestARunThatIsOutOfTimeWhileItLooksForMailsHasNotFailed(t *testing.T) {
	w := newOutboxWorld(t)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	w.notify.Store = &cutLister{Store: w.store, n: 2, end: end}
	if _, _, err := w.notify.Due(ctx); err != nil || ctx.Err() == nil {
		t.Errorf("cut off: %v; it says %v", ctx.Err(), err)
	}
}
