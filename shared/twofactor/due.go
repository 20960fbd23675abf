package twofactor

import "time"

// DueReason says what ends by time alone.
type DueReason string

// The reasons. When you add one, add it to DueReasons: a deletion goes by that
// list.
const (
	DueRequirement  DueReason = "requirement"
	DueLock         DueReason = "lock"
	DueResetRequest DueReason = "reset_request"
)

// DueReasons are all reasons; a user has at most one record of each.
var DueReasons = []DueReason{DueRequirement, DueLock, DueResetRequest}

// Due is a moment at which something about a user ends by time alone, so that
// nobody writes it: a requirement with an end, a pause or long lock, an open
// reset request. All of them are listed in order of time.
type Due struct {
	Meta
	Ref
	Why DueReason
	At  time.Time
}

// Key implements Record.
func (d *Due) Key() Key { return DueKey(d.Ref, d.Why) }

// DueKey names what ends for a user for one reason. It stands apart from the
// user's own records, which the function that keeps it must not write.
func DueKey(ref Ref, why DueReason) Key {
	return Key{Kind: KindDue, Tenant: ref.Tenant, ID: ref.User + "/" + string(why)}
}
