package twofactor

import (
	"context"
	"errors"
)

// ErrUnknownOutcome is returned by a commit whose answer was lost: it may or
// may not have been applied.
var ErrUnknownOutcome = errors.New("the store did not say whether the write was applied")

// ErrStore is returned when the store did not answer a read, or surely did
// not apply a write.
var ErrStore = errors.New("the store did not answer")

// ConflictError is returned by a commit that was refused because a record was
// not at the version that was read. Nothing was written.
type ConflictError struct {
	// Current is the record that stood in the way, as it is now, where the
	// store learned it without another read; else nil.
	Current Record
	// Transient is true when the store was busy with another transaction on
	// the same records: the same commit may succeed when repeated.
	Transient bool
}

// Error implements error.
func (*ConflictError) Error() string { return "a record was changed meanwhile" }

// Want asks for one record.
type Want struct {
	Key Key
	// Eventually accepts a value that is a moment old, at half the price.
	Eventually bool
}

// Found holds the records that a load found. A record that is not there is
// not in the map.
type Found map[Key]Record

// Loader reads records.
type Loader interface {
	// Load reads all records in one round trip. A record that is not there is
	// missing from the answer. The records belong to the caller.
	Load(ctx context.Context, wants ...Want) (Found, error)
}

// Commit is one atomic change: all of it is applied, or nothing.
type Commit struct {
	// Event says what happened. It is stored inside the first record of Put;
	// with no Put it becomes a record of its own (an announcement) for the
	// stream to carry. nil writes no event (bookkeeping).
	Event *Event
	// Put writes each record whole, if it is still at its version (Version 0:
	// if it is not there yet). On success the store moves Version on and sets
	// EventID.
	Put []Record
	// Delete removes each record, if it is still at its version. A record
	// with Version 0 is removed whatever it holds, or if it is not there.
	Delete []Record
	// Check demands that each record is still at its version (Version 0: that
	// it is not there).
	Check []Record
}

// Committer writes records.
type Committer interface {
	// Commit applies c. It returns nil, a *ConflictError, ErrUnknownOutcome
	// or ErrStore (possibly wrapped).
	Commit(ctx context.Context, c Commit) error
}

// Query asks for records of one kind in the order of their ids.
type Query struct {
	Kind   Kind
	Tenant string
	User   string
	// Prefix limits the answer to ids that begin with it.
	Prefix string
	// After is the position that a page ended at; "" begins at the start.
	After string
	// Limit is the largest number of records to return.
	Limit int
	// Descending turns the order round.
	Descending bool
}

// Page is one page of a list. Only Next == "" ends the list: a page may hold
// fewer records than asked for.
type Page struct {
	Records []Record
	Next    string
}

// Lister lists records.
type Lister interface {
	// List returns one page. Kinds that can be listed: directory (of a
	// tenant, by user id), API keys (by id), event rows (of a tenant, by id),
	// mails that are due (by due time).
	List(ctx context.Context, q Query) (Page, error)
}

// Store is all that a store can do; the suite in storetest describes it.
// Use cases ask only for the part they need.
type Store interface {
	Loader
	Committer
	Lister
}

// Change is one entry of the change feed: a commit as the stream carries it.
// Only changes with an event are worth acting on.
type Change struct {
	Key   Key
	Event *Event
	// Old and New are the record before and after; nil where there was none.
	Old, New Record
}

// Get returns the record of key as a T, or nil when it was not found.
func Get[T any, P interface {
	*T
	Record
}](found Found, key Key) P {
	record, ok := found[key].(P)
	if !ok {
		return nil
	}
	return record
}
