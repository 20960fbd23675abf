package twofactor

import "time"

// Kind names one kind of record in the table.
//
// When you add one: see "How to" in docs/architecture.md. The store suites fail
// until it is known to both stores.
type Kind string

// The kinds of records.
const (
	KindTenant       Kind = "tenant"
	KindRoster       Kind = "roster"
	KindAuth         Kind = "auth"
	KindDirectory    Kind = "directory"
	KindEnrollment   Kind = "enrollment"
	KindDevices      Kind = "devices"
	KindTombstone    Kind = "tombstone"
	KindAPIKey       Kind = "key"
	KindOnce         Kind = "once"
	KindRedemption   Kind = "redemption"
	KindAnnouncement Kind = "announcement"
	KindEventRow     Kind = "event"
	KindMail         Kind = "mail"
	KindSigningKeys  Kind = "signing"
	KindRootKeys     Kind = "root"
	KindResetRequest Kind = "reset_request"
	KindAddress      Kind = "address"
	KindCount        Kind = "count"
	KindReminder     Kind = "reminder"
	KindDue          Kind = "due"
	KindDeletion     Kind = "deletion"
	KindCounted      Kind = "counted"
	KindMailHealth   Kind = "mail_health"
)

// Key names one record. Which members are used depends on the kind; a member
// that is not used is empty.
type Key struct {
	Kind   Kind
	Tenant string
	User   string
	// ID tells records of the same kind, tenant and user apart.
	ID string
}

// Meta is what every record carries for the store.
type Meta struct {
	// Version counts the writes of this record. It is the version that was
	// read, 0 for a record that is not stored yet. A commit is refused when
	// the stored version is another one.
	Version uint64
	// EventID names the event that was written with this version.
	EventID string
	// Stamp is the incarnation that was read with Version. Versions begin at 1
	// again when somebody is made again under an old id; a commit is refused
	// when the stored record is of another incarnation. The store sets it; ""
	// compares nothing.
	Stamp string
	// Expires is when the table may drop the record; zero means never. The
	// table may be days late: rules judge expiry by times of their own.
	Expires time.Time
	// Rest holds members that this version of the code does not know. The
	// store fills it and writes it back untouched, so that old and new code
	// can run side by side.
	Rest any
}

// Record is anything that the table keeps.
type Record interface {
	// Key names the record.
	Key() Key
	// Header gives access to the record's Meta.
	Header() *Meta
}

// Header implements Record for every type that embeds Meta.
func (m *Meta) Header() *Meta { return m }

// Stamped is a record that belongs to one incarnation of a user or a tenant.
type Stamped interface {
	Record
	// Stamp is the incarnation; the store keeps it beside the version.
	Stamp() string
}

// StampOf is the incarnation that a record belongs to; "" for one that belongs
// to none.
func StampOf(record Record) string {
	if stamped, ok := record.(Stamped); ok {
		return stamped.Stamp()
	}
	return ""
}
