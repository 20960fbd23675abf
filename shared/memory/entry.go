package memory

import (
	"time"

	"sallyport/shared/twofactor"
)

// announcementLife is how long an announcement is kept: longer than a change
// feed keeps its entries.
const announcementLife = 7 * 24 * time.Hour

// entry is one commit as it was applied: what the journal keeps.
type entry struct {
	Event   *twofactor.Event
	Puts    []twofactor.Record
	Deletes []twofactor.Key
}

// newEntry copies what c writes, each record at its new version.
func newEntry(c twofactor.Commit) entry {
	e := entry{Event: cloneEvent(c.Event)}
	puts := c.Put
	if c.Event != nil && len(puts) == 0 {
		puts = []twofactor.Record{announcement(c.Event)}
	}
	for _, record := range puts {
		stored := clone(record)
		stored.Header().Version++
		stored.Header().EventID = eventID(c.Event)
		stored.Header().Stamp = twofactor.StampOf(stored)
		e.Puts = append(e.Puts, stored)
	}
	for _, record := range c.Delete {
		e.Deletes = append(e.Deletes, record.Key())
	}
	return e
}

func announcement(e *twofactor.Event) *twofactor.Announcement {
	a := &twofactor.Announcement{Tenant: e.Tenant, ID: e.ID}
	a.Expires = e.At.Add(announcementLife)
	return a
}

func eventID(e *twofactor.Event) string {
	if e == nil {
		return ""
	}
	return e.ID
}
