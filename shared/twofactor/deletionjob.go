package twofactor

import "time"

// DeletionJob is the work that is left of a tenant's deletion. It is there
// from the moment the tenant is marked until its last record is gone, and goes
// with that record.
type DeletionJob struct {
	Meta
	Tenant string
	// Incarnation is the tenant's: a tenant made again is another one.
	Incarnation string
	StartedAt   time.Time
	// Removed counts the records that were removed so far. The position is what
	// is left itself: whatever was removed is not found again.
	Removed int
}

// Key implements Record.
func (d *DeletionJob) Key() Key { return DeletionKey(d.Tenant) }

// Stamp implements Stamped.
func (d *DeletionJob) Stamp() string { return d.Incarnation }

// DeletionKey names the deletion of a tenant.
func DeletionKey(tenant string) Key { return Key{Kind: KindDeletion, Tenant: tenant} }
