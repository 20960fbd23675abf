package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// blank gives an empty record of each kind with its key set, as part of the
// tenant that is named.
var blank = map[twofactor.Kind]func(tenant string) twofactor.Record{
	twofactor.KindTenant:     func(t string) twofactor.Record { return &twofactor.Tenant{ID: t} },
	twofactor.KindRoster:     func(t string) twofactor.Record { return &twofactor.Roster{Tenant: t} },
	twofactor.KindAuth:       func(t string) twofactor.Record { return &twofactor.Auth{Ref: user(t)} },
	twofactor.KindDirectory:  func(t string) twofactor.Record { return &twofactor.Directory{Ref: user(t)} },
	twofactor.KindEnrollment: func(t string) twofactor.Record { return &twofactor.Enrollment{Ref: user(t)} },
	twofactor.KindDevices:    func(t string) twofactor.Record { return &twofactor.Devices{Ref: user(t)} },
	twofactor.KindTombstone:  func(t string) twofactor.Record { return &twofactor.Tombstone{Ref: user(t)} },
	twofactor.KindAPIKey:     func(t string) twofactor.Record { return &twofactor.APIKey{ID: "key-" + t} },
	twofactor.KindOnce:       func(t string) twofactor.Record { return &twofactor.OnceRecord{ID: "once-" + t} },
	twofactor.KindRedemption: func(t string) twofactor.Record { return &twofactor.Redemption{Tenant: t} },
	twofactor.KindAnnouncement: func(t string) twofactor.Record {
		return &twofactor.Announcement{Tenant: t}
	},
	twofactor.KindEventRow: func(t string) twofactor.Record {
		return &twofactor.EventRow{Event: twofactor.Event{Tenant: t}}
	},
	twofactor.KindMail: func(t string) twofactor.Record {
		return &twofactor.Mail{Tenant: t, State: twofactor.MailQueued}
	},
	twofactor.KindResetRequest: func(t string) twofactor.Record { return &twofactor.ResetRequest{Ref: user(t)} },
	twofactor.KindAddress:      func(t string) twofactor.Record { return &twofactor.Address{Ref: user(t)} },
	twofactor.KindCount:        func(t string) twofactor.Record { return &twofactor.Count{Tenant: t} },
	twofactor.KindReminder: func(t string) twofactor.Record {
		return &twofactor.Reminder{Tenant: t, State: twofactor.ReminderRunning}
	},
	twofactor.KindCounted:     func(t string) twofactor.Record { return &twofactor.Counted{Ref: user(t)} },
	twofactor.KindMailHealth:  func(t string) twofactor.Record { return &twofactor.MailHealth{Tenant: t} },
	twofactor.KindDue:         func(t string) twofactor.Record { return &twofactor.Due{Ref: user(t)} },
	twofactor.KindDeletion:    func(t string) twofactor.Record { return &twofactor.DeletionJob{Tenant: t} },
	twofactor.KindSigningKeys: func(string) twofactor.Record { return &twofactor.SigningKeys{} },
	twofactor.KindRootKeys: func(t string) twofactor.Record {
		return &twofactor.RootKeys{Purpose: twofactor.RootPurpose(t)}
	},
}

// Kinds lists the kinds that have a sample, sorted.
func Kinds() []twofactor.Kind {
	return slices.Sorted(maps.Keys(blank))
}

// Sample makes a record of a kind with every member set to something of its
// own, for the tenant that is named. Its times are whole seconds, the
// precision that every store keeps.
func Sample(kind twofactor.Kind, tenant string) twofactor.Record {
	record := blank[kind](tenant)
	filler := &filler{}
	filler.fill(reflect.ValueOf(record).Elem())
	return record
}

func user(tenant string) twofactor.Ref {
	return twofactor.Ref{Tenant: tenant, User: "ada@example.com"}
}

// sampleTime is where the times of samples begin: past 2038, so that a time
// kept in 32 signed bits would show.
var sampleTime = time.Date(2040, 2, 29, 12, 30, 15, 0, time.UTC)

// filler gives every member that is still zero a value of its own.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	if v.Type() == reflect.TypeFor[twofactor.Meta]() || v.Kind() != reflect.Struct && !v.IsZero() {
		return
	}
	f.n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(sampleTime.Add(time.Duration(f.n) * time.Hour)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("word.%d", f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(f.n))
	case reflect.Uint8, reflect.Uint16, reflect.Uint64:
		v.SetUint(uint64(f.n % 256))
	default:
		f.fillGroup(v)
	}
}

// fillGroup fills what has members. Lists and maps get two of them.
func (f *filler) fillGroup(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(value)
			v.SetMapIndex(key, value)
		}
	default:
		panic("storetest: no sample value for a member of type " + v.Type().String())
	}
}
