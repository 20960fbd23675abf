package memory

import "sallyport/shared/twofactor"

// Entry is one change in the feed. Seq begins at 1 and has no gaps.
type Entry struct {
	Seq uint64
	twofactor.Change
}

// feed is the ordered list of changes since the last trim.
type feed struct {
	entries []Entry
	last    uint64
	acked   uint64
	changed chan struct{}
}

func newFeed() feed { return feed{changed: make(chan struct{})} }

func (f *feed) add(c twofactor.Change) {
	f.last++
	f.entries = append(f.entries, Entry{Seq: f.last, Change: c})
}

// wake tells everyone who waits that there is something new.
func (f *feed) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// Feed returns up to limit changes after position after, oldest first, as
// copies. Asking again gives them again: a consumer may be served twice.
func (s *Store) Feed(after uint64, limit int) []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []Entry
	for _, e := range s.feed.entries {
		if e.Seq > after && len(page) < limit {
			page = append(page, e.clone())
		}
	}
	return page
}

func (e Entry) clone() Entry {
	fresh := Entry{Seq: e.Seq, Change: twofactor.Change{Key: e.Key, Event: cloneEvent(e.Event)}}
	if e.Old != nil {
		fresh.Old = clone(e.Old)
	}
	if e.New != nil {
		fresh.New = clone(e.New)
	}
	return fresh
}

// Changed returns a channel that is closed at the next commit.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feed.changed
}

// Ack says that every change up to seq was handled. A store with a file
// remembers it and forgets those changes; one without keeps them.
func (s *Store) Ack(seq uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq <= s.feed.acked {
		return nil
	}
	if s.file == nil {
		s.feed.acked = seq
		return nil
	}
	if err := s.file.appendAck(seq); err != nil {
		return err
	}
	s.feed.trim(seq)
	return nil
}

// Acked returns the position of the last Ack.
func (s *Store) Acked() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feed.acked
}

// trim forgets the changes up to seq.
func (f *feed) trim(seq uint64) {
	f.acked = seq
	for len(f.entries) > 0 && f.entries[0].Seq <= seq {
		f.entries[0] = Entry{}
		f.entries = f.entries[1:]
	}
}
