package storetest

import (
	"context"
	"testing"

	"sallyport/shared/twofactor"
)

// Feeder is a store whose change feed can be read. A test may wrap its store
// in one.
type Feeder interface {
	// Changes returns every change so far, oldest first for each record.
	Changes(ctx context.Context) ([]twofactor.Change, error)
}

// Stranger is a store to which a newer version of the code can be played.
type Stranger interface {
	// AddUnknown adds a member to a stored record that this code does not
	// know; HasUnknown says whether it is still there.
	AddUnknown(ctx context.Context, key twofactor.Key) error
	HasUnknown(ctx context.Context, key twofactor.Key) (bool, error)
}

func changeFeed(t *testing.T, b *bench) {
	feeder, ok := b.store.(Feeder)
	if !ok {
		t.Fatal("the store under test has no change feed; wrap it in a Feeder")
	}
	auth, directory := b.auth("one"), &twofactor.Directory{Ref: twofactor.Ref{Tenant: b.tenant, User: "one"}}
	commit := func(c twofactor.Commit) {
		t.Helper()
		if err := b.store.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	created, changed, said := b.event("e1"), b.event("e2"), b.event("e3")
	created.Detail = map[string]string{"method": "totp"}
	commit(twofactor.Commit{Event: created, Put: []twofactor.Record{auth, directory}})
	auth.Role = "admin"
	commit(twofactor.Commit{Event: changed, Put: []twofactor.Record{auth}})
	commit(twofactor.Commit{Put: []twofactor.Record{auth}})
	commit(twofactor.Commit{Delete: []twofactor.Record{auth}})
	commit(twofactor.Commit{Event: said})

	changes, err := feeder.Changes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mine := map[twofactor.Key][]twofactor.Change{}
	for _, c := range changes {
		mine[c.Key] = append(mine[c.Key], c)
	}
	feedOfAuth(t, mine[auth.Key()], created, changed)
	others := mine[directory.Key()]
	if len(others) != 1 || others[0].Event != nil || others[0].New == nil {
		t.Errorf("the second record of a commit: got %d changes", len(others))
	}
	key := (&twofactor.Announcement{Tenant: b.tenant, ID: said.ID}).Key()
	if c := mine[key]; len(c) != 1 || c[0].Event == nil || c[0].Event.ID != said.ID {
		t.Errorf("the announcement: got %d changes", len(c))
	}
}

func feedOfAuth(t *testing.T, got []twofactor.Change, created, changed *twofactor.Event) {
	t.Helper()
	if len(got) != 4 {
		t.Fatalf("got %d changes of the record, want 4", len(got))
	}
	if got[0].Old != nil || got[0].New == nil || got[3].Old == nil || got[3].New != nil {
		t.Error("the records before the first and after the last change should be nil")
	}
	for i, want := range []*twofactor.Event{created, changed, nil, nil} {
		switch event := got[i].Event; {
		case want == nil && event != nil:
			t.Errorf("change %d carries event %s, want none", i, event.ID)
		case want != nil && event == nil:
			t.Errorf("change %d carries no event", i)
		case want != nil:
			same(t, &twofactor.EventRow{Event: *event}, &twofactor.EventRow{Event: *want})
		}
	}
	before, ok := got[1].Old.(*twofactor.Auth)
	after, okAfter := got[1].New.(*twofactor.Auth)
	if !ok || !okAfter || before.Role != "user" || after.Role != "admin" || after.Version != before.Version+1 {
		t.Error("the second change does not show the record before and after")
	}
}

func unknownMembers(t *testing.T, b *bench) {
	stranger, ok := b.store.(Stranger)
	if !ok {
		t.Fatal("the store under test knows no strangers; wrap it in a Stranger")
	}
	for _, kind := range Kinds() {
		sample := Sample(kind, b.tenant)
		if stored := b.load(t, sample.Key()); stored != nil {
			sample.Header().Version = stored.Header().Version
		}
		b.put(t, sample)
		if err := stranger.AddUnknown(t.Context(), sample.Key()); err != nil {
			t.Fatal(err)
		}
		b.put(t, b.load(t, sample.Key()))
		has, err := stranger.HasUnknown(t.Context(), sample.Key())
		if err != nil || !has {
			t.Errorf("%s: an unknown member was lost (%v)", kind, err)
		}
	}
}
