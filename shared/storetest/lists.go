package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func (b *bench) ref(name string) twofactor.Ref { return twofactor.Ref{Tenant: b.tenant, User: name} }

func listAddresses(t *testing.T, b *bench) {
	for name, email := range map[string]string{
		"1": "ann@x.example", "2": "an@x.example", "3": "ann@x.example", "4": "ann~b@x.example", "5": "ann!b@x.example",
		"6": "ao@x.example", "7": "~@x.example", "8": "!@x.example", "9": "a#b@x.example",
	} {
		b.put(t, &twofactor.Address{Ref: b.ref(name), Email: email})
	}
	b.put(t, &twofactor.Address{Ref: twofactor.Ref{Tenant: b.tenant + "0", User: "x"}, Email: "ann@x.example"})
	q := twofactor.Query{Kind: twofactor.KindAddress, Tenant: b.tenant, Limit: 2}
	expect(t, "all", all(t, b, q, userOf), []string{"8", "9", "2", "5", "1", "3", "4", "6", "7"})
	q.Prefix = "ann"
	expect(t, "prefix", all(t, b, q, userOf), []string{"5", "1", "3", "4"})
	q.Prefix, q.Descending = "ann@", true
	expect(t, "prefix, descending", all(t, b, q, userOf), []string{"3", "1"})

	moved, ok := b.load(t, twofactor.AddressKey(b.ref("1"))).(*twofactor.Address)
	if !ok {
		t.Fatal("an address is not there")
	}
	moved.Email = "bob@x.example"
	b.put(t, moved)
	expect(t, "after a move", all(t, b, q, userOf), []string{"3"})
}

func listClients(t *testing.T, b *bench) {
	for _, id := range []string{"c", "a", "b"} {
		b.put(t, &twofactor.Tenant{ID: b.tenant + id, Parent: b.tenant})
	}
	b.put(t, &twofactor.Tenant{ID: b.tenant}, &twofactor.Tenant{ID: b.tenant + "d", Parent: b.tenant + "a"})
	q := twofactor.Query{Kind: twofactor.KindTenant, Tenant: b.tenant, Limit: 2}
	expect(t, "clients", all(t, b, q, tenantOf), []string{b.tenant + "a", b.tenant + "b", b.tenant + "c"})
}

func tenantOf(record twofactor.Record) string { return record.Key().Tenant }

func listTrail(t *testing.T, b *bench) {
	var ids []string
	for i := range 12 {
		at := sampleTime.Add(time.Duration(i) * time.Minute)
		id := twofactor.IDFloor(at)[:25] + "X"
		event := twofactor.Event{
			ID: id, At: at, Tenant: b.tenant, User: fmt.Sprint(i % 3), Type: twofactor.EventEnrolled,
		}
		if i%2 == 0 {
			event.Type = twofactor.EventCodeWrong
		}
		b.put(t, &twofactor.EventRow{Event: event, FiledAt: sampleTime.Add(time.Duration(12-i) * time.Hour)})
		ids = append(ids, id)
	}
	q := twofactor.Query{Kind: twofactor.KindEventRow, Tenant: b.tenant, Limit: 2}
	of := func(change func(*twofactor.Query)) []string {
		t.Helper()
		asked := q
		change(&asked)
		return all(t, b, asked, idOf)
	}
	reversed := slices.Clone(ids)
	slices.Reverse(reversed)
	at := func(i int) time.Time { return sampleTime.Add(time.Duration(i) * time.Minute) }

	expect(t, "of a user", of(func(q *twofactor.Query) { q.User = "1" }), []string{ids[1], ids[4], ids[7], ids[10]})
	expect(t, "of a user and a type, newest first", of(func(q *twofactor.Query) {
		q.User, q.Type, q.Descending = "1", twofactor.EventCodeWrong, true
	}), []string{ids[10], ids[4]})
	expect(t, "of nobody", of(func(q *twofactor.Query) { q.User = "nobody" }), nil)
	expect(t, "from and until", of(func(q *twofactor.Query) {
		q.From, q.Until = twofactor.IDFloor(at(3)), twofactor.IDFloor(at(6))
	}), ids[3:6])
	expect(t, "from and until, newest first", of(func(q *twofactor.Query) {
		q.From, q.Until, q.Descending = twofactor.IDFloor(at(3)), twofactor.IDFloor(at(6)), true
	}), reversed[6:9])
	expect(t, "in order of filing", of(func(q *twofactor.Query) { q.ByFiling = true }), reversed)
	expect(t, "in order of filing, of a time", of(func(q *twofactor.Query) {
		q.ByFiling, q.User = true, "2"
		q.From = twofactor.FiledFloor(sampleTime.Add(3 * time.Hour))
		q.Until = twofactor.FiledFloor(sampleTime.Add(8 * time.Hour))
	}), []string{ids[8], ids[5]})
}

// listOwn puts two records of each kind that a tenant has many of, and one of
// another tenant's.
func listOwn(t *testing.T, b *bench) {
	other := b.tenant + "0"
	for kind, make := range map[twofactor.Kind]func(tenant, id string) twofactor.Record{
		twofactor.KindTombstone: func(tenant, id string) twofactor.Record {
			return &twofactor.Tombstone{Ref: twofactor.Ref{Tenant: tenant, User: id}}
		},
		twofactor.KindOnce: func(tenant, id string) twofactor.Record {
			return &twofactor.OnceRecord{ID: tenant + "-" + id, Tenant: tenant}
		},
		twofactor.KindCounted: func(tenant, id string) twofactor.Record {
			return &twofactor.Counted{Ref: twofactor.Ref{Tenant: tenant, User: id}}
		},
		twofactor.KindDue: func(tenant, id string) twofactor.Record {
			return &twofactor.Due{Ref: twofactor.Ref{Tenant: tenant, User: id}, Why: twofactor.DueLock, At: sampleTime.AddDate(9, 0, 0)}
		},
		twofactor.KindRedemption:   func(tenant, id string) twofactor.Record { return &twofactor.Redemption{Tenant: tenant, ID: id} },
		twofactor.KindAnnouncement: func(tenant, id string) twofactor.Record { return &twofactor.Announcement{Tenant: tenant, ID: id} },
		twofactor.KindMail: func(tenant, id string) twofactor.Record {
			return &twofactor.Mail{Tenant: tenant, ID: id, State: twofactor.MailSent}
		},
		twofactor.KindResetRequest: func(tenant, id string) twofactor.Record {
			return &twofactor.ResetRequest{Ref: twofactor.Ref{Tenant: tenant, User: "u"}, ID: id}
		},
		twofactor.KindReminder: func(tenant, id string) twofactor.Record {
			return &twofactor.Reminder{Tenant: tenant, ID: id, State: twofactor.ReminderDone}
		},
	} {
		var want []string
		for i := range 25 {
			record := make(b.tenant, fmt.Sprintf("%02d", i))
			b.put(t, record)
			want = append(want, record.Key().User+record.Key().ID)
		}
		b.put(t, make(other, "03"))
		q := twofactor.Query{Kind: kind, Tenant: b.tenant, Limit: 10}
		name := func(r twofactor.Record) string { return r.Key().User + r.Key().ID }
		expect(t, string(kind), all(t, b, q, name), want)
		slices.Reverse(want)
		q.Descending = true
		expect(t, string(kind)+", descending", all(t, b, q, name), want)
	}
}

// mine lists for all tenants and keeps what belongs to this bench.
func mine(t *testing.T, b *bench, q twofactor.Query, name func(twofactor.Record) string) []string {
	t.Helper()
	var names []string
	for _, found := range all(t, b, q, func(r twofactor.Record) string { return r.Key().Tenant + " " + name(r) }) {
		if own, is := strings.CutPrefix(found, b.tenant+" "); is {
			names = append(names, own)
		}
	}
	return names
}

func listRunning(t *testing.T, b *bench) {
	reminder := func(id string) *twofactor.Reminder {
		return &twofactor.Reminder{Tenant: b.tenant, ID: id, State: twofactor.ReminderRunning}
	}
	first, second, third := reminder("a"), reminder("b"), reminder("c")
	b.put(t, third, first, second)
	q := twofactor.Query{Kind: twofactor.KindReminder, Limit: 2}
	expect(t, "running", mine(t, b, q, idOf), []string{"a", "b", "c"})
	second.State = twofactor.ReminderDone
	b.put(t, second)
	expect(t, "after one is done", mine(t, b, q, idOf), []string{"a", "c"})
}

func listDue(t *testing.T, b *bench) {
	// A year of its own keeps those of other tests out of the way.
	at := sampleTime.AddDate(-40, 0, 0)
	due := func(user string, why twofactor.DueReason, after time.Duration) *twofactor.Due {
		return &twofactor.Due{Ref: b.ref(user), Why: why, At: at.Add(after)}
	}
	late, early := due("a", twofactor.DueLock, time.Hour), due("b", twofactor.DueRequirement, time.Millisecond)
	b.put(t, late, early, due("a", twofactor.DueResetRequest, time.Minute))
	q := twofactor.Query{Kind: twofactor.KindDue, Limit: 2}
	name := func(r twofactor.Record) string { return r.Key().ID }
	expect(t, "due", mine(t, b, q, name), []string{"b/requirement", "a/reset_request", "a/lock"})
	early.At = at.Add(2 * time.Hour)
	b.put(t, early)
	expect(t, "after one was moved", mine(t, b, q, name), []string{"a/reset_request", "a/lock", "b/requirement"})
}

func listDeletions(t *testing.T, b *bench) {
	b.put(t, &twofactor.DeletionJob{Tenant: b.tenant}, &twofactor.DeletionJob{Tenant: b.tenant + "0"})
	q := twofactor.Query{Kind: twofactor.KindDeletion, Limit: 1, Prefix: b.tenant}
	expect(t, "deletions", all(t, b, q, tenantOf), []string{b.tenant, b.tenant + "0"})

	job := func(user, incarnation string) *twofactor.DeletionJob {
		return &twofactor.DeletionJob{Tenant: b.tenant, User: user, Incarnation: incarnation}
	}
	b.put(t, job("b", "1"), job("a", "2"), job("a", "1"), &twofactor.DeletionJob{Tenant: b.tenant + "0", User: "c", Incarnation: "1"})
	q.Prefix = twofactor.DeletionsOf(b.tenant)
	name := func(r twofactor.Record) string { return r.Key().User + r.Key().ID }
	expect(t, "deletions of a tenant's users", all(t, b, q, name), []string{"a1", "a2", "b1"})
}

// listOfUser puts what two users have whose ids begin alike, and what belongs
// to none.
func listOfUser(t *testing.T, b *bench) {
	var want []string
	for i := range 12 {
		id := fmt.Sprintf("%02d", i)
		want = append(want, id)
		for _, user := range []string{"ann", "anna", "an", ""} {
			b.put(t, &twofactor.Mail{Tenant: b.tenant, User: user, ID: id, State: twofactor.MailSent})
			if user != "" {
				ref := twofactor.Ref{Tenant: b.tenant, User: user}
				b.put(t, &twofactor.ResetRequest{Ref: ref, ID: user + id})
			}
		}
		b.put(t, &twofactor.ResetRequest{Ref: twofactor.Ref{Tenant: b.tenant + "0", User: "ann"}, ID: id})
	}
	mails := twofactor.Query{Kind: twofactor.KindMail, Tenant: b.tenant, Prefix: twofactor.MailsAbout("ann"), Limit: 5}
	expect(t, "mails", all(t, b, mails, func(r twofactor.Record) string { return r.(*twofactor.Mail).ID }), want)
	requests := twofactor.Query{Kind: twofactor.KindResetRequest, Tenant: b.tenant, User: "ann", Limit: 5}
	own := func(r twofactor.Record) string { return strings.TrimPrefix(r.Key().ID, "ann") }
	expect(t, "requests", all(t, b, requests, own), want)
}

func negativeCounts(t *testing.T, b *bench) {
	count := &twofactor.Count{Tenant: b.tenant, Shard: 3, Cells: map[string]int{"user|password": -2, "admin|sso": 5, "none": 0}}
	b.put(t, count)
	same(t, b.load(t, twofactor.CountKey(b.tenant, 3)), count)
}
