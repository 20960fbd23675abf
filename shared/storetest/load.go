package storetest

import (
	"fmt"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func everyMemberComesBack(t *testing.T, b *bench) {
	for _, kind := range Kinds() {
		for _, eventually := range []bool{false, true} {
			sample := Sample(kind, fmt.Sprintf("%s-%v", b.tenant, eventually))
			if stored := b.load(t, sample.Key()); stored != nil {
				sample.Header().Version = stored.Header().Version
			}
			b.put(t, sample)
			found, err := b.store.Load(t.Context(), twofactor.Want{Key: sample.Key(), Eventually: eventually})
			if err != nil {
				t.Fatal(err)
			}
			same(t, found[sample.Key()], sample)
		}
	}
}

func plainForms(t *testing.T, b *bench) {
	at := time.Date(2041, 1, 2, 3, 4, 5, 678_999_999, time.FixedZone("east", 7200))
	device := twofactor.Device{ID: "d", CreatedAt: at}
	b.put(t, &twofactor.Devices{Ref: user(b.tenant), List: []twofactor.Device{device}})
	devices, ok := b.load(t, twofactor.DevicesKey(user(b.tenant))).(*twofactor.Devices)
	if !ok || len(devices.List) != 1 {
		t.Fatal("the devices are not there")
	}
	want := time.Date(2041, 1, 2, 1, 4, 5, 678_000_000, time.UTC)
	if got := devices.List[0].CreatedAt; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := devices.List[0].ExpiresAt; got != (time.Time{}) {
		t.Errorf("a time that was not set came back as %v", got)
	}

	tenant := &twofactor.Tenant{ID: b.tenant, ReturnURLs: []string{}}
	tenant.Policy.Permissions = map[twofactor.Permission][]string{twofactor.PermLinksWrite: {}}
	b.put(t, tenant)
	stored, ok := b.load(t, tenant.Key()).(*twofactor.Tenant)
	if !ok || stored.ReturnURLs != nil {
		t.Error("an empty list did not come back as nil")
	}
	roles, ok := stored.Policy.Permissions[twofactor.PermLinksWrite]
	if !ok || roles != nil {
		t.Errorf("a permission that nobody holds came back as %#v, there: %v", roles, ok)
	}
}

func missingRecords(t *testing.T, b *bench) {
	there := b.auth("there")
	b.put(t, there)
	keys := []twofactor.Key{there.Key(), twofactor.AuthKey(user(b.tenant)), twofactor.TenantKey(b.tenant)}
	for _, eventually := range []bool{false, true} {
		found, err := b.store.Load(t.Context(),
			twofactor.Want{Key: keys[0], Eventually: eventually},
			twofactor.Want{Key: keys[1], Eventually: eventually},
			twofactor.Want{Key: keys[2], Eventually: !eventually})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[keys[0]] == nil {
			t.Errorf("found %d records, want the one that is there", len(found))
		}
	}
}

func manyRecords(t *testing.T, b *bench) {
	var wants []twofactor.Want
	for i := range 130 {
		record := b.auth(fmt.Sprintf("u%03d", i))
		b.put(t, record)
		wants = append(wants, twofactor.Want{Key: record.Key(), Eventually: i%3 == 0})
	}
	wants = append(wants, wants[0], wants[1])
	found, err := b.store.Load(t.Context(), wants...)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range wants {
		if got := found[want.Key]; got == nil || got.Key() != want.Key {
			t.Errorf("%v is missing", want.Key)
		}
	}
}

func copies(t *testing.T, b *bench) {
	for _, kind := range []twofactor.Kind{twofactor.KindAuth, twofactor.KindTenant, twofactor.KindMail} {
		written := Sample(kind, b.tenant)
		b.put(t, written)
		want := Sample(kind, b.tenant)
		want.Header().Version = 1
		for _, record := range []twofactor.Record{written, b.load(t, written.Key())} {
			spoil(record)
			same(t, b.load(t, written.Key()), want)
		}
	}
}

// spoil changes what hangs on pointers, lists and maps of a record.
func spoil(record twofactor.Record) {
	switch r := record.(type) {
	case *twofactor.Auth:
		r.Factor.Secret[0]++
		r.Factor.LastStep++
		r.Attempts.Wrong[0] = time.Now()
		r.Logins.IDs[0][0]++
	case *twofactor.Tenant:
		r.ReturnURLs[0] = "spoilt"
		r.Policy.UpdatedBy.User = "spoilt"
		for _, roles := range r.Policy.Permissions {
			roles[0] = "spoilt"
		}
	case *twofactor.Mail:
		r.Vars["spoilt"] = "spoilt"
	}
}

func keysApart(t *testing.T, b *bench) {
	a, long := b.tenant, b.tenant+":x"
	records := []twofactor.Record{
		&twofactor.Tenant{ID: a}, &twofactor.Tenant{ID: long}, &twofactor.Roster{Tenant: a},
		&twofactor.Redemption{Tenant: a, ID: "1"}, &twofactor.Announcement{Tenant: a, ID: "1"},
		&twofactor.Mail{Tenant: a, ID: "1"}, &twofactor.EventRow{Event: twofactor.Event{Tenant: a, ID: "1"}},
		&twofactor.EventRow{Event: twofactor.Event{Tenant: a, ID: "auth"}},
		&twofactor.EventRow{Event: twofactor.Event{ID: a}}, &twofactor.Announcement{ID: a},
		&twofactor.OnceRecord{ID: a}, &twofactor.APIKey{ID: a}, &twofactor.RootKeys{Purpose: twofactor.RootPurpose(a)},
	}
	for _, ref := range []twofactor.Ref{
		{Tenant: a, User: "x:u"}, {Tenant: long, User: "u"}, {Tenant: a, User: "X:u"}, {Tenant: a, User: "event"},
		{Tenant: a, User: "tenant"}, {Tenant: a, User: "mail"}, {Tenant: a, User: "1"}, {Tenant: a, User: a},
	} {
		records = append(records, &twofactor.Auth{Ref: ref}, &twofactor.Directory{Ref: ref},
			&twofactor.Enrollment{Ref: ref}, &twofactor.Devices{Ref: ref}, &twofactor.Tombstone{Ref: ref})
	}
	b.put(t, records...)
	for _, record := range records {
		got := b.load(t, record.Key())
		if got == nil || got.Key() != record.Key() || got.Header().Version != 1 {
			t.Errorf("%v was written over", record.Key())
		}
	}
}
