package memory

import "sallyport/shared/twofactor"

// withoutRest returns l with copies of its records that hold no Rest: what
// only a running process knows does not go into the file.
func (l line) withoutRest() line {
	if l.Entry != nil {
		e := *l.Entry
		e.Puts = plain(e.Puts)
		l.Entry = &e
	}
	if l.Pending != nil {
		pending := l.Pending.clone()
		for _, record := range []twofactor.Record{pending.Old, pending.New} {
			if record != nil {
				record.Header().Rest = nil
			}
		}
		l.Pending = &pending
	}
	l.Base = plain(l.Base)
	return l
}

func plain(records []twofactor.Record) []twofactor.Record {
	var copies []twofactor.Record
	for _, record := range records {
		fresh := clone(record)
		fresh.Header().Rest = nil
		copies = append(copies, fresh)
	}
	return copies
}
