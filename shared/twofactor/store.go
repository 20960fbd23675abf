package twofactor

import (
	"context"
	"errors"
	"fmt"
	"time"
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

// Query asks for records of one kind, in an order that depends on the kind.
//
//	kind            of                     in the order of
//	directory       a tenant               user id
//	address         a tenant               address, user id
//	tombstone       a tenant               user id
//	tenant          a parent (in Tenant)   tenant id
//	event row       a tenant               event id, or filing (ByFiling)
//	reset request   a tenant, or its User  id
//	reminder        a tenant               id
//	reminder        no tenant: running     tenant, id
//	mail            a tenant               account that it is about, id
//	mail            no tenant: waiting in  time that it is due at
//	                the lane Prefix
//	announcement, redemption, once, counted
//	                a tenant               id
//	due             a tenant               user, reason
//	due             no tenant: all         time
//	deletion        all tenants            tenant id, user id
//	API key         all                    id
type Query struct {
	Kind   Kind
	Tenant string
	// User and Type limit event rows to those about one user and of one type.
	// The rows that do not fit are read too, at most EventLook of them for a
	// page: such a page can be short or empty and have a next one.
	User string
	Type EventType
	// ByFiling lists event rows in the order in which they were filed.
	ByFiling bool
	// Prefix limits the answer to positions that begin with it.
	Prefix string
	// From and Until limit the answer to positions from From on and before
	// Until: see IDFloor for event ids and FiledFloor for ByFiling.
	From  string
	Until string
	// After is the position that a page ended at; "" begins at the start.
	After string
	// Limit is the largest number of records to return.
	Limit int
	// Descending turns the order round.
	Descending bool
}

// EventLook is how many event rows a page with User or Type looks through at
// most: about 300 KB, 40 read units.
const EventLook = 1000

// IDFloor is the lowest event id of a moment: ids begin with the time at which
// they were made.
func IDFloor(at time.Time) string {
	var b [16]byte
	putMilliseconds(&b, at)
	return encodeCrockford(b[:])
}

// FiledFloor is the lowest position of a moment in a list ByFiling.
func FiledFloor(at time.Time) string { return fmt.Sprintf("%013d", at.UnixMilli()) }

// FiledPosition is where a row stands in a list ByFiling.
func (r *EventRow) FiledPosition() string { return FiledFloor(r.FiledAt) + "#" + r.Event.ID }

// Page is one page of a list. Only Next == "" ends the list: a page may hold
// fewer records than asked for.
type Page struct {
	Records []Record
	Next    string
}

// Lister lists records.
type Lister interface {
	// List returns one page; Query says what can be listed. Lists of event
	// rows, and those of all tenants, may be a moment behind; a record that is
	// gone by now is not in them.
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
