package storetest

import (
	"errors"
	"reflect"
	"testing"

	"sallyport/shared/twofactor"
)

// conflict fails the test unless err is a lasting conflict, and returns it.
func conflict(t *testing.T, err error) *twofactor.ConflictError {
	t.Helper()
	var c *twofactor.ConflictError
	if !errors.As(err, &c) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if c.Transient {
		t.Fatal("the conflict is called transient, but repeating would not help")
	}
	return c
}

func putNew(t *testing.T, b *bench) {
	first, second := b.auth("one"), b.auth("one")
	b.put(t, first)
	if first.Version != 1 {
		t.Errorf("the version after the first write is %d, want 1", first.Version)
	}
	conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{second}}))
}

func putChanged(t *testing.T, b *bench) {
	record := b.auth("one")
	record.Version = 3
	conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{record}}))
	record.Version = 0
	b.put(t, record)
	event := b.event("e1")
	record.Role = "admin"
	if err := b.store.Commit(t.Context(), twofactor.Commit{Event: event, Put: []twofactor.Record{record}}); err != nil {
		t.Fatal(err)
	}
	if record.Version != 2 || record.EventID != event.ID {
		t.Errorf("got version %d and event %q", record.Version, record.EventID)
	}
	same(t, b.load(t, record.Key()), record)
	b.put(t, record)
	if record.EventID != "" {
		t.Errorf("a write without an event left event id %q", record.EventID)
	}
	same(t, b.load(t, record.Key()), record)
}

// madeAgain deletes a record and makes it again for another incarnation, until
// the versions are the same. What was read before must not fit in any way.
func madeAgain(t *testing.T, b *bench) {
	for _, kind := range Kinds() {
		stale := Sample(kind, b.tenant)
		if twofactor.StampOf(stale) == "" {
			continue
		}
		b.put(t, stale)
		if err := b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{stale}}); err != nil {
			t.Fatal(err)
		}
		fresh := Sample(kind, b.tenant)
		reflect.ValueOf(fresh).Elem().FieldByName("Incarnation").SetString("another")
		b.put(t, fresh)
		if stale.Header().Version != fresh.Header().Version {
			t.Fatalf("%s: the versions differ, and this shows nothing", kind)
		}
		for _, c := range []twofactor.Commit{
			{Put: []twofactor.Record{stale}}, {Delete: []twofactor.Record{stale}}, {Check: []twofactor.Record{stale}},
			{Put: []twofactor.Record{b.auth("other"), stale}},
		} {
			conflict(t, b.store.Commit(t.Context(), c))
		}
		same(t, b.load(t, fresh.Key()), fresh)
		b.put(t, fresh)
		b.put(t, b.load(t, fresh.Key()))
	}
}

func conflictCurrent(t *testing.T, b *bench) {
	stored := Sample(twofactor.KindAuth, b.tenant)
	event := b.event("e1")
	if err := b.store.Commit(t.Context(), twofactor.Commit{Event: event, Put: []twofactor.Record{stored}}); err != nil {
		t.Fatal(err)
	}
	for _, version := range []uint64{0, 7} {
		late := Sample(twofactor.KindAuth, b.tenant)
		late.Header().Version = version
		c := conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{late}}))
		same(t, c.Current, stored)
	}
}

func failedLeavesMeta(t *testing.T, b *bench) {
	b.put(t, b.auth("one"), b.auth("two"))
	first, second := b.auth("one"), b.auth("three")
	first.Version, first.EventID = 9, "before"
	second.EventID = "before"
	conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Event: b.event("e"), Put: []twofactor.Record{second, first}}))
	if first.Version != 9 || second.Version != 0 || first.EventID != "before" || second.EventID != "before" {
		t.Errorf("a refused commit changed its records: %+v %+v", first.Meta, second.Meta)
	}
}

func deletes(t *testing.T, b *bench) {
	record := b.auth("one")
	b.put(t, record)
	late := b.auth("one")
	late.Version = 5
	c := conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{late}}))
	same(t, c.Current, record)
	if err := b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{record}}); err != nil {
		t.Fatal(err)
	}
	if b.load(t, record.Key()) != nil {
		t.Error("a deleted record is still there")
	}
	conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{record}}))

	b.put(t, b.auth("one"))
	for range 2 {
		if err := b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{b.auth("one")}}); err != nil {
			t.Fatal(err)
		}
	}
	if b.load(t, record.Key()) != nil {
		t.Error("a record that was deleted at any version is still there")
	}
}

func checks(t *testing.T, b *bench) {
	guard, target := b.auth("guard"), b.auth("target")
	b.put(t, guard)
	commit := twofactor.Commit{Put: []twofactor.Record{target}, Check: []twofactor.Record{guard}}
	if err := b.store.Commit(t.Context(), commit); err != nil {
		t.Fatal(err)
	}
	if guard.Version != 1 || b.load(t, guard.Key()).Header().Version != 1 {
		t.Error("a check wrote the record that it checked")
	}
	absent := twofactor.Commit{Put: []twofactor.Record{target}, Check: []twofactor.Record{b.auth("absent")}}
	if err := b.store.Commit(t.Context(), absent); err != nil {
		t.Fatal(err)
	}
	for _, version := range []uint64{0, 2} {
		wrong := b.auth("guard")
		wrong.Version = version
		conflict(t, b.store.Commit(t.Context(), twofactor.Commit{
			Put: []twofactor.Record{target}, Check: []twofactor.Record{wrong},
		}))
		conflict(t, b.store.Commit(t.Context(), twofactor.Commit{Check: []twofactor.Record{wrong}}))
	}
	if got := b.load(t, target.Key()).Header().Version; got != 2 {
		t.Errorf("the target is at version %d, want 2", got)
	}
}

func allOrNothing(t *testing.T, b *bench) {
	old, gone := b.auth("old"), b.auth("gone")
	b.put(t, old, gone)
	wrong := b.auth("wrong")
	wrong.Version = 4
	for _, c := range []twofactor.Commit{
		{Put: []twofactor.Record{b.auth("new"), old, wrong}, Delete: []twofactor.Record{gone}},
		{Put: []twofactor.Record{b.auth("new"), old}, Delete: []twofactor.Record{gone, wrong}},
		{Put: []twofactor.Record{b.auth("new"), old}, Delete: []twofactor.Record{gone}, Check: []twofactor.Record{wrong}},
	} {
		c.Event = b.event("e")
		conflict(t, b.store.Commit(t.Context(), c))
		if b.load(t, b.auth("new").Key()) != nil || b.load(t, gone.Key()) == nil {
			t.Fatal("a part of a refused commit was applied")
		}
		same(t, b.load(t, old.Key()), old)
	}
	fresh := b.auth("new")
	event := b.event("e")
	if err := b.store.Commit(t.Context(), twofactor.Commit{
		Event: event, Put: []twofactor.Record{fresh, old}, Delete: []twofactor.Record{gone},
	}); err != nil {
		t.Fatal(err)
	}
	same(t, b.load(t, fresh.Key()), fresh)
	same(t, b.load(t, old.Key()), old)
	if b.load(t, gone.Key()) != nil || old.Version != 2 || old.EventID != event.ID || fresh.EventID != event.ID {
		t.Error("a commit was applied in part")
	}
}

func announces(t *testing.T, b *bench) {
	gone := b.auth("gone")
	b.put(t, gone)
	for _, c := range []twofactor.Commit{
		{Event: b.event("e1")}, {Event: b.event("e2"), Delete: []twofactor.Record{gone}},
	} {
		if err := b.store.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		key := (&twofactor.Announcement{Tenant: b.tenant, ID: c.Event.ID}).Key()
		stored := b.load(t, key)
		if stored == nil || stored.Header().EventID != c.Event.ID || !stored.Header().Expires.After(c.Event.At) {
			t.Errorf("the announcement is not there, or never goes: %v", stored)
		}
		again := twofactor.Commit{Event: c.Event}
		conflict(t, b.store.Commit(t.Context(), again))
	}
}

func empty(t *testing.T, b *bench) {
	if err := b.store.Commit(t.Context(), twofactor.Commit{}); err != nil {
		t.Errorf("an empty commit gives %v", err)
	}
	found, err := b.store.Load(t.Context())
	if err != nil || len(found) != 0 {
		t.Errorf("an empty load gives %v, %v", found, err)
	}
}
