package twofactor_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

// fillTenant gives a tenant records of every kind that it can have, more than
// one batch of some.
func (d *desk) fillTenant(id string) {
	d.t.Helper()
	d.tenant(id)
	for i := range 23 {
		name := fmt.Sprintf("u%02d", i)
		d.user(id, name, twofactor.RoleUser)
		ref := twofactor.Ref{Tenant: id, User: name}
		d.put(&twofactor.Enrollment{Ref: ref}, &twofactor.Devices{Ref: ref}, &twofactor.Due{Ref: ref, Why: twofactor.DueLock}, &twofactor.Counted{Ref: ref})
	}
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: id, User: "u03"}))
	for i := range 100 {
		event := twofactor.Event{ID: fmt.Sprint(i), Tenant: id}
		d.put(&twofactor.EventRow{Event: event}, &twofactor.Mail{Tenant: id, ID: fmt.Sprint(i), State: twofactor.MailSent})
	}
	for shard := range twofactor.CountShards {
		d.put(&twofactor.Count{Tenant: id, Shard: shard})
	}
	d.put(
		&twofactor.MailHealth{Tenant: id}, &twofactor.Announcement{Tenant: id, ID: "a"}, &twofactor.Redemption{Tenant: id, ID: "a"},
		&twofactor.OnceRecord{ID: "once-" + id, Tenant: id}, &twofactor.Reminder{Tenant: id, ID: "a"},
		&twofactor.ResetRequest{Ref: twofactor.Ref{Tenant: id, User: "u01"}, ID: "a"},
	)
}

// left names the records of a tenant that the store holds, deletions included.
func (d *desk) left(tenant string) []twofactor.Key {
	var keys []twofactor.Key
	for key, change := range d.lastStates() {
		owned := key.Tenant == tenant || key.ID == "once-"+tenant
		if owned && change.New != nil {
			keys = append(keys, key)
		}
	}
	return keys
}

// lastStates is the last change of every record that there ever was.
func (d *desk) lastStates() map[twofactor.Key]twofactor.Change {
	states := map[twofactor.Key]twofactor.Change{}
	for _, entry := range d.store.Feed(0, 1<<30) {
		states[entry.Key] = entry.Change
	}
	return states
}

func (d *desk) startDeletion(id string) *twofactor.Deletions {
	d.t.Helper()
	_, err := d.tenants().Delete(d.ctx, d.as(id, "root"), id)
	d.ok(err)
	return twofactor.NewDeletions(d.deps)
}

func TestTheSampleTenantHoldsEveryKindThatATenantCanHave(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	d.startDeletion("t")
	held := map[twofactor.Kind]bool{}
	for _, key := range d.left("t") {
		held[key.Kind] = true
	}
	for _, kind := range storetest.Kinds() {
		if storetest.Sample(kind, "t").Key().Tenant != "" && !held[kind] {
			t.Errorf("the sample tenant has no record of kind %s, so its deletion shows nothing", kind)
		}
	}
}

func TestNothingOfADeletedTenantIsLeftAndNothingOfAnotherIsTouched(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	d.fillTenant("t0")
	others := len(d.left("t0"))
	deletions := d.startDeletion("t")
	more, err := deletions.Run(d.ctx)
	d.ok(err)
	if !more || len(d.left("t")) < 200 {
		t.Fatal("the deletion did not wait for calls that were under way")
	}
	d.later(time.Minute)
	more, err = deletions.Run(d.ctx)
	d.ok(err)
	if left := d.left("t"); more || len(left) > 0 {
		t.Errorf("more %v, left %v", more, left)
	}
	if got := len(d.left("t0")); got != others {
		t.Errorf("the other tenant has %d records, had %d", got, others)
	}
	d.tenant("t")
	if more, err := deletions.Run(d.ctx); more || err != nil || len(d.left("t")) == 0 {
		t.Errorf("a tenant made again was deleted too: more %v, %v", more, err)
	}
}

func TestADeletionThatFailsAtAnyWriteIsFinishedByTheNextRun(t *testing.T) {
	for _, fault := range []memory.Fault{memory.FailBefore, memory.FailAfter, memory.FailLost, memory.FailBusy} {
		for n := 1; ; n++ {
			d := newDesk(t)
			d.fillTenant("t")
			deletions := d.startDeletion("t")
			d.later(time.Minute)
			d.store.Fail(n, fault)
			before := d.store.Commits()
			_, _ = deletions.Run(d.ctx)
			reached := d.store.Commits()-before >= n
			more, err := deletions.Run(d.ctx)
			if more || err != nil || len(d.left("t")) > 0 {
				t.Errorf("fault %d at write %d: more %v, %v, left %v", fault, n, more, err, d.left("t"))
			}
			if !reached {
				break
			}
		}
	}
}

func TestADeletionOutlivesAStoreThatCannotBeRead(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	deletions := d.startDeletion("t")
	d.later(time.Minute)
	reads := 0
	d.store.OnLoad(func([]twofactor.Want) error {
		if reads++; reads%17 == 0 {
			return twofactor.ErrStore
		}
		return nil
	})
	failed := 0
	for range 100 {
		more, err := deletions.Run(d.ctx)
		if err != nil {
			failed++
		}
		if !more {
			break
		}
	}
	d.store.OnLoad(nil)
	if failed == 0 || len(d.left("t")) > 0 {
		t.Errorf("%d runs failed, left %v", failed, d.left("t"))
	}
}

// staleLister lets something happen right after the first list.
type staleLister struct {
	twofactor.Store
	then func()
}

func (s *staleLister) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	page, err := s.Store.List(ctx, q)
	if then := s.then; then != nil {
		s.then = nil
		then()
	}
	return page, err
}

func TestARunThatComesLateDoesNotHarmATenantThatIsMadeAgain(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	deletions := d.startDeletion("t")
	d.later(time.Minute)
	late := twofactor.NewDeletions(d.deps)
	late.Store = &staleLister{Store: d.store, then: func() {
		_, err := deletions.Run(d.ctx)
		d.ok(err)
		d.tenant("t")
	}}
	_, err := late.Run(d.ctx)
	d.ok(err)
	if read[twofactor.Tenant](d, twofactor.TenantKey("t")) == nil || d.auth("t", "root") == nil {
		t.Error("the new tenant was harmed")
	}
}

func TestADeletedUserLeavesATombstoneAndWhatTheCountsAndTheSweepRemoveOnly(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "u05"}))
	counts := []twofactor.Kind{twofactor.KindTombstone, twofactor.KindCounted, twofactor.KindDue, twofactor.KindDeletion}
	for _, key := range d.left("t") {
		if key.User == "u05" && !slices.Contains(counts, key.Kind) {
			t.Errorf("%s is left", key.Kind)
		}
	}
}

func TestTheListOfAddressesMovesWithTheDirectory(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	put := func(email string) {
		t.Helper()
		in := entry("ann", twofactor.RoleUser)
		in.Email = email
		_, _, err := d.users().Put(d.ctx, d.plain(), "t", in)
		d.ok(err)
	}
	key := twofactor.AddressKey(twofactor.Ref{Tenant: "t", User: "ann"})
	for _, email := range []string{"", "Ann@Example.COM", "ann@example.com", "bob@example.com", "", "ann@example.com"} {
		put(email)
		got := read[twofactor.Address](d, key)
		if email == "" && got != nil || email != "" && (got == nil || got.Email != strings.ToLower(email)) {
			t.Errorf("with address %q the list holds %+v", email, got)
		}
	}
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "ann"}))
	if read[twofactor.Address](d, key) != nil {
		t.Error("a deleted user is still listed by his address")
	}
}

func TestTheScheduleFinishesDeletions(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	d.startDeletion("t")
	d.later(time.Minute)
	_, _, err := twofactor.NewNotify(d.deps, nil).Scheduled(d.ctx)
	d.ok(err)
	if left := d.left("t"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
