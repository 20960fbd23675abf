package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// all reads a list to its end and returns the names of its records. Pages may
// be short, but must not be longer than asked for, and must end.
func all(t *testing.T, b *bench, q twofactor.Query, name func(twofactor.Record) string) []string {
	t.Helper()
	var names []string
	for range 1000 {
		page, err := b.store.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Records) > q.Limit {
			t.Fatalf("a page holds %d records, limit %d", len(page.Records), q.Limit)
		}
		for _, record := range page.Records {
			names = append(names, name(record))
		}
		if page.Next == "" {
			return names
		}
		q.After = page.Next
	}
	t.Fatal("the list does not end")
	return nil
}

func userOf(record twofactor.Record) string { return record.Key().User }

func idOf(record twofactor.Record) string { return record.Key().ID }

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// people puts directory entries and returns their ids in order.
func people(t *testing.T, b *bench, tenant string, ids ...string) []string {
	t.Helper()
	for _, id := range ids {
		ref := twofactor.Ref{Tenant: tenant, User: id}
		b.put(t, &twofactor.Directory{Ref: ref, Email: id + "@example.com"}, &twofactor.Auth{Ref: ref})
	}
	return slices.Sorted(slices.Values(ids))
}

func listDirectory(t *testing.T, b *bench) {
	var ids []string
	for i := range 43 {
		ids = append(ids, fmt.Sprintf("%c%d", 'z'-i%26, i*7919%100))
	}
	want := people(t, b, b.tenant, append(ids, "A", "a", "a+", "a.b", "a:b", "a@b", "aa", "0")...)
	reversed := slices.Clone(want)
	slices.Reverse(reversed)
	for _, limit := range []int{3, 20, 200} {
		q := twofactor.Query{Kind: twofactor.KindDirectory, Tenant: b.tenant, Limit: limit}
		expect(t, fmt.Sprintf("limit %d", limit), all(t, b, q, userOf), want)
		q.Descending = true
		expect(t, fmt.Sprintf("limit %d, descending", limit), all(t, b, q, userOf), reversed)
	}
	gone := &twofactor.Directory{Ref: twofactor.Ref{Tenant: b.tenant, User: want[3]}}
	if err := b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{gone}}); err != nil {
		t.Fatal(err)
	}
	q := twofactor.Query{Kind: twofactor.KindDirectory, Tenant: b.tenant, Limit: 10}
	expect(t, "after a delete", all(t, b, q, userOf), slices.Delete(want, 3, 4))
}

func listPrefix(t *testing.T, b *bench) {
	people(t, b, b.tenant, "an", "anna", "anne.b", "ann", "Anna", "ao", "b", "anz~"[:3])
	q := twofactor.Query{Kind: twofactor.KindDirectory, Tenant: b.tenant, Prefix: "ann", Limit: 1}
	expect(t, "prefix ann", all(t, b, q, userOf), []string{"ann", "anna", "anne.b"})
	q.Descending = true
	expect(t, "prefix ann, descending", all(t, b, q, userOf), []string{"anne.b", "anna", "ann"})
	q.Prefix = "nobody"
	expect(t, "no match", all(t, b, q, userOf), nil)
}

func listTenant(t *testing.T, b *bench) {
	want := people(t, b, b.tenant, "a", "b")
	people(t, b, b.tenant+"0", "c")
	people(t, b, b.tenant[:len(b.tenant)-1]+"x", "d")
	q := twofactor.Query{Kind: twofactor.KindDirectory, Tenant: b.tenant, Limit: 10}
	expect(t, "users", all(t, b, q, userOf), want)

	mine, other := b.event("mine"), b.event("other")
	other.Tenant = b.tenant + "0"
	b.put(t, &twofactor.EventRow{Event: *mine}, &twofactor.EventRow{Event: *other})
	q.Kind = twofactor.KindEventRow
	expect(t, "events", all(t, b, q, idOf), []string{mine.ID})
}

func listEvents(t *testing.T, b *bench) {
	var want []string
	for i := range 25 {
		event := b.event(fmt.Sprintf("%026d", i))
		b.put(t, &twofactor.EventRow{Event: *event})
		want = append(want, event.ID)
	}
	q := twofactor.Query{Kind: twofactor.KindEventRow, Tenant: b.tenant, Limit: 10}
	expect(t, "oldest first", all(t, b, q, idOf), want)
	q.Descending = true
	slices.Reverse(want)
	expect(t, "newest first", all(t, b, q, idOf), want)
	q.Prefix = want[4][:26]
	expect(t, "prefix", all(t, b, q, idOf), want[4:5])
}

func listKeys(t *testing.T, b *bench) {
	var want []string
	for i := range 5 {
		key := &twofactor.APIKey{ID: fmt.Sprintf("%s-%d", b.tenant, i), Name: "n"}
		b.put(t, key)
		want = append(want, key.ID)
	}
	q := twofactor.Query{Kind: twofactor.KindAPIKey, Prefix: b.tenant + "-", Limit: 2}
	expect(t, "keys", all(t, b, q, idOf), want)
	q.Prefix, q.Limit = "", 200
	if got := all(t, b, q, idOf); !slices.IsSorted(got) || len(got) < len(want) {
		t.Errorf("all keys: got %v", got)
	}
}

func listMails(t *testing.T, b *bench) {
	// A year of its own keeps the mails of other tests out of the way.
	due := sampleTime.AddDate(-50, 0, 0)
	mail := func(id string, after time.Duration, bulk bool) *twofactor.Mail {
		return &twofactor.Mail{
			Tenant: b.tenant, ID: id, State: twofactor.MailQueued, Bulk: bulk, DueAt: due.Add(after),
		}
	}
	first, second, third := mail("c", 0, false), mail("a", time.Millisecond, false), mail("b", time.Hour, false)
	bulk := mail("z", 0, true)
	b.put(t, third, bulk, first, second)
	lane := func(name string) []string {
		q := twofactor.Query{Kind: twofactor.KindMail, Prefix: name, Limit: 2}
		var mine []string
		for _, found := range all(t, b, q, func(r twofactor.Record) string { return r.Key().Tenant + "/" + r.(*twofactor.Mail).ID }) {
			if len(found) == len(b.tenant)+2 && found[:len(b.tenant)] == b.tenant {
				mine = append(mine, found[len(b.tenant)+1:])
			}
		}
		return mine
	}
	expect(t, "at once", lane(twofactor.LaneNow), []string{"c", "a", "b"})
	expect(t, "bulk", lane(twofactor.LaneBulk), []string{"z"})

	first.DueAt = due.Add(2 * time.Hour)
	second.State = twofactor.MailSent
	bulk.State = twofactor.MailFailed
	b.put(t, first, second, bulk)
	expect(t, "after one was put off and one was sent", lane(twofactor.LaneNow), []string{"b", "c"})
	expect(t, "after the bulk one failed", lane(twofactor.LaneBulk), nil)
	if err := b.store.Commit(t.Context(), twofactor.Commit{Delete: []twofactor.Record{first, third}}); err != nil {
		t.Fatal(err)
	}
	expect(t, "after the others were deleted", lane(twofactor.LaneNow), nil)
}

func listRefused(t *testing.T, b *bench) {
	b.put(t, b.auth("one"))
	for _, kind := range []twofactor.Kind{twofactor.KindAuth, twofactor.KindRoster, twofactor.KindCount, twofactor.KindAPIKey} {
		if _, err := b.store.List(t.Context(), twofactor.Query{Kind: kind, Tenant: b.tenant, Limit: 1}); err == nil {
			t.Errorf("records of kind %s were listed", kind)
		}
	}
	for _, kind := range []twofactor.Kind{twofactor.KindDirectory, twofactor.KindOnce, twofactor.KindTenant} {
		if _, err := b.store.List(t.Context(), twofactor.Query{Kind: kind, Limit: 1}); err == nil {
			t.Errorf("records of kind %s were listed for all tenants", kind)
		}
	}
}
