package memory

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"sallyport/shared/twofactor"
)

// Store is the embedded store. All methods can be called in parallel.
type Store struct {
	mu      sync.Mutex
	records map[twofactor.Key]twofactor.Record
	feed    feed
	faults  faults
	// stale is the state that reads are served from while they are stale.
	stale *snapshot
	// file is nil for a store that lives in memory only.
	file *journal
}

var _ twofactor.Store = (*Store)(nil)

// snapshot is the state of an earlier moment. strongToo serves it to strongly
// consistent reads as well.
type snapshot struct {
	records   map[twofactor.Key]twofactor.Record
	strongToo bool
}

// New makes an empty store that lives as long as the process.
func New() *Store {
	return &Store{records: map[twofactor.Key]twofactor.Record{}, feed: newFeed()}
}

// Load implements [twofactor.Loader].
func (s *Store) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", twofactor.ErrStore, err)
	}
	if err := s.faults.load(wants); err != nil {
		return nil, err
	}
	found := twofactor.Found{}
	for _, want := range wants {
		if record, ok := s.readFrom(want.Eventually)[want.Key]; ok {
			found[want.Key] = clone(record)
		}
	}
	return found, nil
}

func (s *Store) readFrom(eventually bool) map[twofactor.Key]twofactor.Record {
	if s.stale != nil && (eventually || s.stale.strongToo) {
		return s.stale.records
	}
	return s.records
}

// ServeStale freezes what reads see: from now until ServeFresh they answer as
// of this moment, as an eventually consistent read may. With strongToo even
// strongly consistent reads do. Commits always see the truth.
func (s *Store) ServeStale(strongToo bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = &snapshot{records: maps.Clone(s.records), strongToo: strongToo}
}

// ServeFresh ends ServeStale.
func (s *Store) ServeFresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = nil
}

// Commit implements [twofactor.Committer].
func (s *Store) Commit(ctx context.Context, c twofactor.Commit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", twofactor.ErrStore, err)
	}
	fault := s.faults.commit(c)
	switch fault {
	case FailBefore:
		return fmt.Errorf("%w: told to fail before the write", twofactor.ErrStore)
	case FailBusy:
		return &twofactor.ConflictError{Transient: true}
	case FailLost:
		return fmt.Errorf("%w: told to lose the write", twofactor.ErrUnknownOutcome)
	}
	if err := s.apply(c); err != nil {
		return err
	}
	if fault == FailAfter {
		return fmt.Errorf("%w: told to fail after the write", twofactor.ErrUnknownOutcome)
	}
	for _, record := range c.Put {
		head := record.Header()
		head.Version++
		head.EventID = eventID(c.Event)
		head.Stamp = twofactor.StampOf(record)
	}
	return nil
}

// apply checks c against what is stored and, if it fits, writes it.
func (s *Store) apply(c twofactor.Commit) error {
	if conflict := s.conflict(c); conflict != nil {
		return conflict
	}
	e := newEntry(c)
	if len(e.Puts)+len(e.Deletes) == 0 {
		return nil
	}
	if s.file != nil {
		if err := s.file.append(e); err != nil {
			return err
		}
	}
	s.record(e)
	return nil
}

// record moves the state and the feed on by one entry.
func (s *Store) record(e entry) {
	for i, put := range e.Puts {
		key := put.Key()
		change := twofactor.Change{Key: key, Old: s.records[key], New: put}
		if i == 0 {
			change.Event = e.Event
		}
		s.records[key] = put
		s.feed.add(change)
	}
	for _, key := range e.Deletes {
		if old, ok := s.records[key]; ok {
			delete(s.records, key)
			s.feed.add(twofactor.Change{Key: key, Old: old})
		}
	}
	s.feed.wake()
}

// conflict returns what stands in the way of c, or nil.
func (s *Store) conflict(c twofactor.Commit) error {
	for _, record := range c.Put {
		if err := s.mustBeAt(record); err != nil {
			return err
		}
	}
	for _, record := range c.Check {
		if err := s.mustBeAt(record); err != nil {
			return err
		}
	}
	for _, record := range c.Delete {
		if record.Header().Version == 0 {
			continue
		}
		if err := s.mustBeAt(record); err != nil {
			return err
		}
	}
	if c.Event != nil && len(c.Put) == 0 {
		return s.mustBeAt(twofactor.AnnouncementOf(c.Event))
	}
	return nil
}

func (s *Store) mustBeAt(record twofactor.Record) error {
	stored, ok := s.records[record.Key()]
	var at twofactor.Meta
	if ok {
		at = *stored.Header()
	}
	read := record.Header()
	if at.Version == read.Version && (read.Version == 0 || read.Stamp == "" || at.Stamp == read.Stamp) {
		return nil
	}
	conflict := &twofactor.ConflictError{}
	if ok {
		conflict.Current = clone(stored)
	}
	return conflict
}
