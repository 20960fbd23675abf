package memory

import "sallyport/shared/twofactor"

// Fault is what happens to one commit.
type Fault int

// The faults.
const (
	// NoFault lets the commit through.
	NoFault Fault = iota
	// FailBefore answers ErrStore; nothing is written.
	FailBefore
	// FailAfter writes, and then answers ErrUnknownOutcome.
	FailAfter
	// FailLost writes nothing and answers ErrUnknownOutcome.
	FailLost
	// FailBusy answers a transient conflict; nothing is written.
	FailBusy
)

// faults is what a test told the store to do wrong.
type faults struct {
	commits  int
	onCommit func(n int, c twofactor.Commit) Fault
	onLoad   func(wants []twofactor.Want) error
	planned  map[int]Fault
}

// commit counts one commit and says what happens to it.
func (f *faults) commit(c twofactor.Commit) Fault {
	f.commits++
	if fault, ok := f.planned[f.commits]; ok {
		delete(f.planned, f.commits)
		return fault
	}
	if f.onCommit != nil {
		return f.onCommit(f.commits, c)
	}
	return NoFault
}

func (f *faults) load(wants []twofactor.Want) error {
	if f.onLoad == nil {
		return nil
	}
	return f.onLoad(wants)
}

// Commits returns how many commits were tried so far, refused ones included.
func (s *Store) Commits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.commits
}

// Fail lets the n-th commit from now on (1 is the next one) meet a fault, once.
func (s *Store) Fail(n int, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.planned == nil {
		s.faults.planned = map[int]Fault{}
	}
	s.faults.planned[s.faults.commits+n] = fault
}

// OnCommit asks hook about every commit that Fail does not name: n counts the
// commits of this store from 1. The hook must not call the store. nil ends it.
func (s *Store) OnCommit(hook func(n int, c twofactor.Commit) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.onCommit = hook
}

// OnLoad asks hook before every read, lists included (with no wants); an error
// is what the read answers. The hook must not call the store. nil ends it.
func (s *Store) OnLoad(hook func(wants []twofactor.Want) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.onLoad = hook
}
