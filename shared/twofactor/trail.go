package twofactor

import "time"

// Announcement is an event that changed no record (a login that was allowed).
// The store writes one for a commit without Put; the stream carries it.
type Announcement struct {
	Meta
	Tenant string
	ID     string
}

// Key implements Record.
func (a *Announcement) Key() Key {
	return Key{Kind: KindAnnouncement, Tenant: a.Tenant, ID: a.ID}
}

// announcementLife is how long an announcement stays: longer than the stream
// keeps its changes.
const announcementLife = 7 * day

// AnnouncementOf is the record that a store writes with an event that changed
// none.
func AnnouncementOf(e *Event) *Announcement {
	a := &Announcement{Tenant: e.Tenant, ID: e.ID}
	a.Expires = e.At.Add(announcementLife)
	return a
}

// EventRow is an event in the audit trail. Only the notify function writes
// these; nothing changes them.
type EventRow struct {
	Meta
	Event Event
	// FiledAt is when it was filed. Events can be filed out of order; a list
	// in order of filing misses none.
	FiledAt time.Time
}

// Key implements Record.
func (r *EventRow) Key() Key { return EventRowKey(r.Event.Tenant, r.Event.ID) }

// EventRowKey names an event in a tenant's trail.
func EventRowKey(tenant, id string) Key {
	return Key{Kind: KindEventRow, Tenant: tenant, ID: id}
}
