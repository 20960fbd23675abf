package memory

import "sallyport/shared/twofactor"

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
		puts = []twofactor.Record{twofactor.AnnouncementOf(c.Event)}
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

func eventID(e *twofactor.Event) string {
	if e == nil {
		return ""
	}
	return e.ID
}
