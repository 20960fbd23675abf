package twofactor

import "time"

// DeletionJob is the work that is left of a deletion: of a tenant, or of one
// of its users. It is there from the moment of the deletion until the last
// record is gone, and goes with that record.
type DeletionJob struct {
	Meta
	Tenant string
	// User is "" for the deletion of a tenant.
	User string
	// Incarnation is the tenant's, or the user's: one that is made again is
	// another one.
	Incarnation string
	StartedAt   time.Time
	// Removed counts the records that were removed so far. The position is what
	// is left itself: whatever was removed is not found again.
	Removed int
	// Swept says that of a user all was removed that could be found soon after
	// the deletion; a last look follows.
	Swept bool
}

// Key implements Record.
func (d *DeletionJob) Key() Key {
	if d.User == "" {
		return DeletionKey(d.Tenant)
	}
	return Key{Kind: KindDeletion, Tenant: d.Tenant, User: d.User, ID: d.Incarnation}
}

// Stamp implements Stamped.
func (d *DeletionJob) Stamp() string { return d.Incarnation }

// DeletionKey names the deletion of a tenant.
func DeletionKey(tenant string) Key { return Key{Kind: KindDeletion, Tenant: tenant} }

// DeletionsOf is what the positions of the deletions of a tenant's users begin
// with.
func DeletionsOf(tenant string) string { return tenant + "#" }
