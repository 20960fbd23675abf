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
	// Step is the place in the list of steps; After is where its last page
	// ended.
	Step  int
	After string
}

// Key implements Record.
func (d *DeletionJob) Key() Key { return DeletionKey(d.Tenant) }

// Stamp implements Stamped.
func (d *DeletionJob) Stamp() string { return d.Incarnation }

// DeletionKey names the deletion of a tenant.
func DeletionKey(tenant string) Key { return Key{Kind: KindDeletion, Tenant: tenant} }
