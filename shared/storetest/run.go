package storetest

import (
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// Run runs the suite. open gives a store; it may be the same one each time,
// because every test works under tenants of its own.
func Run(t *testing.T, open func(t *testing.T) twofactor.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *bench){
		"every member of every kind of record comes back":                 everyMemberComesBack,
		"times are kept to the millisecond in UTC and empty lists as nil": plainForms,
		"a record that is not there is missing from the answer":           missingRecords,
		"many records are loaded in one call":                             manyRecords,
		"what was loaded belongs to the caller":                           copies,
		"keys that look alike are different records":                      keysApart,

		"version 0 means that the record is not there yet":         putNew,
		"a write needs the version that was read":                  putChanged,
		"a stale write never fits who was made again":              madeAgain,
		"a conflict shows the record that stood in the way":        conflictCurrent,
		"a failed commit leaves version and event id untouched":    failedLeavesMeta,
		"a delete needs its version, and version 0 deletes always": deletes,
		"a check needs its version and writes nothing":             checks,
		"a commit is applied whole or not at all":                  allOrNothing,
		"an event without a record is announced":                   announces,
		"a commit of nothing is nothing":                           empty,
		"members that this code does not know survive a rewrite":   unknownMembers,
		"one of a hundred parallel writers wins":                   oneWinner,
		"two transactions on the same records: one wins":           oneTransaction,

		"the directory is listed by user id, in pages":            listDirectory,
		"a list can be limited to a prefix":                       listPrefix,
		"a list shows only its own tenant":                        listTenant,
		"events are listed both ways":                             listEvents,
		"API keys are listed by id":                               listKeys,
		"mails are listed by due time and lane while they wait":   listMails,
		"addresses are listed in order and by prefix":             listAddresses,
		"the clients of a parent are listed by id":                listClients,
		"event rows are listed by time, user, type and filing":    listTrail,
		"everything that a tenant has many of is listed for it":   listOwn,
		"reminders are listed for all tenants while they run":     listRunning,
		"what ends by time is listed in order of time":            listDue,
		"the tenants that are being deleted are listed":           listDeletions,
		"requests and mails of one user are listed":               listOfUser,
		"counts may be below zero":                                negativeCounts,
		"a kind that has no list is refused":                      listRefused,
		"the change feed carries events with old and new records": changeFeed,
	} {
		t.Run(name, func(t *testing.T) { test(t, newBench(t, open(t))) })
	}
}

// bench is what one test works with.
type bench struct {
	store  twofactor.Store
	tenant string
}

// tenants counts the tenants that were made up by this process.
var tenants atomic.Int64

func newBench(t *testing.T, store twofactor.Store) *bench {
	t.Helper()
	return &bench{store: store, tenant: fmt.Sprintf("t%d-%d", time.Now().UnixNano(), tenants.Add(1))}
}

// event makes an event of this bench's tenant.
func (b *bench) event(id string) *twofactor.Event {
	return &twofactor.Event{
		ID: id + "-" + b.tenant, At: sampleTime, Type: twofactor.EventCodeAccepted,
		Tenant: b.tenant, User: user(b.tenant).User,
	}
}

// put writes records or ends the test.
func (b *bench) put(t *testing.T, records ...twofactor.Record) {
	t.Helper()
	for _, record := range records {
		if err := b.store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{record}}); err != nil {
			t.Fatalf("put %v: %v", record.Key(), err)
		}
	}
}

// load reads one record strongly; nil when it is not there.
func (b *bench) load(t *testing.T, key twofactor.Key) twofactor.Record {
	t.Helper()
	found, err := b.store.Load(t.Context(), twofactor.Want{Key: key})
	if err != nil {
		t.Fatalf("load %v: %v", key, err)
	}
	return found[key]
}

// auth is the auth record of a user of this bench's tenant.
func (b *bench) auth(name string) *twofactor.Auth {
	return &twofactor.Auth{Ref: twofactor.Ref{Tenant: b.tenant, User: name}, Incarnation: "i-" + name, Role: "user"}
}

// same fails the test when two records differ in anything but Rest and Stamp.
func same(t *testing.T, got, want twofactor.Record) {
	t.Helper()
	if got == nil || want == nil {
		t.Fatalf("a record is missing: got %v, want %v", got != nil, want != nil)
	}
	got.Header().Rest, want.Header().Rest = nil, nil
	got.Header().Stamp, want.Header().Stamp = twofactor.StampOf(got), twofactor.StampOf(want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %s\nwant %s", want.Key().Kind, show(got), show(want))
	}
}

// show prints a test record with its secrets, which are made up.
func show(record twofactor.Record) string {
	return visible(reflect.ValueOf(record))
}

func visible(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return visible(v.Elem())
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			return at.Format(time.RFC3339Nano)
		}
		text := "{"
		for i := range v.NumField() {
			text += v.Type().Field(i).Name + ":" + visible(v.Field(i)) + " "
		}
		return text + "}"
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return fmt.Sprintf("%x", v.Bytes())
		}
		text := "["
		for i := range v.Len() {
			text += visible(v.Index(i)) + " "
		}
		return text + "]"
	}
	return fmt.Sprintf("%#v", v)
}
