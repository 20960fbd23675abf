package memory

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

// tested gives the suite what it needs beyond the store.
type tested struct{ *Store }

func (s tested) Changes(context.Context) ([]twofactor.Change, error) {
	var changes []twofactor.Change
	for _, entry := range s.Feed(0, 1<<20) {
		changes = append(changes, entry.Change)
	}
	return changes, nil
}

func (s tested) AddUnknown(_ context.Context, key twofactor.Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[key].Header().Rest = "unknown"
	return nil
}

func (s tested) HasUnknown(_ context.Context, key twofactor.Key) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records[key].Header().Rest == "unknown", nil
}

func TestTheEmbeddedStorePassesTheSuite(t *testing.T) {
	storetest.Run(t, func(*testing.T) twofactor.Store { return tested{New()} })
}

func TestTheEmbeddedStoreWithAFilePassesTheSuite(t *testing.T) {
	store := open(t, filepath.Join(t.TempDir(), "data"))
	storetest.Run(t, func(*testing.T) twofactor.Store { return tested{store} })
}

func open(t *testing.T, path string) *Store {
	t.Helper()
	store, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func someone(name string) *twofactor.Auth {
	return &twofactor.Auth{Ref: twofactor.Ref{Tenant: "acme", User: name}, Role: "user"}
}

func put(t *testing.T, store *Store, records ...twofactor.Record) error {
	t.Helper()
	event := &twofactor.Event{ID: "e", At: time.Unix(1_800_000_000, 0), Type: twofactor.EventUserChanged, Tenant: "acme"}
	return store.Commit(t.Context(), twofactor.Commit{Event: event, Put: records})
}

func stored(t *testing.T, store *Store, name string, eventually bool) *twofactor.Auth {
	t.Helper()
	key := someone(name).Key()
	found, err := store.Load(t.Context(), twofactor.Want{Key: key, Eventually: eventually})
	if err != nil {
		t.Fatal(err)
	}
	return twofactor.Get[twofactor.Auth](found, key)
}

func TestAFaultBeforeTheWriteLeavesTheOldState(t *testing.T) {
	for fault, want := range map[Fault]error{FailBefore: twofactor.ErrStore, FailLost: twofactor.ErrUnknownOutcome} {
		store, record := New(), someone("ada")
		store.Fail(1, fault)
		if err := put(t, store, record); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if stored(t, store, "ada", false) != nil || record.Version != 0 || len(store.Feed(0, 9)) != 0 {
			t.Error("a commit that failed before the write was applied")
		}
	}
}

func TestAFaultAfterTheWriteLeavesTheNewState(t *testing.T) {
	store, record := New(), someone("ada")
	store.Fail(2, FailAfter)
	if err := put(t, store, someone("bob")); err != nil {
		t.Fatal(err)
	}
	if err := put(t, store, record); !errors.Is(err, twofactor.ErrUnknownOutcome) {
		t.Errorf("got %v, want ErrUnknownOutcome", err)
	}
	if stored(t, store, "ada", false) == nil || record.Version != 0 || len(store.Feed(0, 9)) != 2 {
		t.Error("a commit that failed after the write was not applied, or moved its version")
	}
	if err := put(t, store, someone("carl")); err != nil || store.Commits() != 3 {
		t.Errorf("the fault came again: %v, %d commits", err, store.Commits())
	}
}

func TestABusyFaultIsATransientConflict(t *testing.T) {
	store := New()
	store.OnCommit(func(n int, c twofactor.Commit) Fault {
		if n == 1 && len(c.Put) == 1 {
			return FailBusy
		}
		return NoFault
	})
	var conflict *twofactor.ConflictError
	if err := put(t, store, someone("ada")); !errors.As(err, &conflict) || !conflict.Transient {
		t.Errorf("got %v, want a transient conflict", err)
	}
	if err := put(t, store, someone("ada")); err != nil {
		t.Error(err)
	}
}

func TestAReadCanBeToldToFail(t *testing.T) {
	store := New()
	store.OnLoad(func([]twofactor.Want) error { return twofactor.ErrStore })
	if _, err := store.Load(t.Context()); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("load: got %v", err)
	}
	if _, err := store.List(t.Context(), twofactor.Query{Kind: twofactor.KindAPIKey}); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("list: got %v", err)
	}
}

func TestStaleReadsShowTheMomentTheyBeganAndCommitsTheTruth(t *testing.T) {
	for _, strongToo := range []bool{false, true} {
		store, record := New(), someone("ada")
		if err := put(t, store, record); err != nil {
			t.Fatal(err)
		}
		store.ServeStale(strongToo)
		record.Role = "admin"
		if err := put(t, store, record); err != nil {
			t.Fatal(err)
		}
		if got := stored(t, store, "ada", true).Role; got != "user" {
			t.Errorf("an eventual read shows %q", got)
		}
		old := stored(t, store, "ada", false)
		if (old.Role == "user") != strongToo {
			t.Errorf("a strong read shows %q with strongToo %v", old.Role, strongToo)
		}
		store.ServeFresh()
		if got := stored(t, store, "ada", true).Role; got != "admin" {
			t.Errorf("a fresh read shows %q", got)
		}
		old.Version = 1
		var conflict *twofactor.ConflictError
		if err := put(t, store, old); !errors.As(err, &conflict) {
			t.Errorf("a commit on a stale read: got %v, want a conflict", err)
		}
	}
}

func TestACancelledCallDoesNothing(t *testing.T) {
	store := New()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Commit(ctx, twofactor.Commit{Put: []twofactor.Record{someone("ada")}}); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("got %v", err)
	}
	if stored(t, store, "ada", false) != nil {
		t.Error("a cancelled commit was applied")
	}
}

func TestAWaitingConsumerHearsOfACommit(t *testing.T) {
	store := New()
	changed := store.Changed()
	if err := put(t, store, someone("ada")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
	default:
		t.Error("nobody was told")
	}
}

func TestTheFeedGivesCopies(t *testing.T) {
	store := New()
	if err := put(t, store, someone("ada")); err != nil {
		t.Fatal(err)
	}
	first := store.Feed(0, 1)
	first[0].New.(*twofactor.Auth).Role = "spoilt"
	if again := store.Feed(0, 1); reflect.DeepEqual(first, again) || again[0].Seq != 1 {
		t.Error("the feed handed out its own records")
	}
}
