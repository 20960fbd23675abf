package twofactor

import "time"

// MaxDevices is how many remembered devices one user can have.
const MaxDevices = 3

// Devices holds a user's remembered devices.
type Devices struct {
	Meta
	Ref
	Incarnation string
	// Generation is the factor they belong to; with another one all are dead.
	Generation uint64
	List       []Device
}

// Key implements Record.
func (d *Devices) Key() Key { return DevicesKey(d.Ref) }

// Stamp implements Stamped.
func (d *Devices) Stamp() string { return d.Incarnation }

// DevicesKey names a user's remembered devices.
func DevicesKey(ref Ref) Key { return Key{Kind: KindDevices, Tenant: ref.Tenant, User: ref.User} }

// Device is one remembered device. Its token holds the id, a turn and a keyed
// hash of both under the tenant's data key, so that the table holds nothing
// that a token could be made from, and a spent token can be told from a forged
// one.
type Device struct {
	ID string
	// Turn counts the tokens that were given out; only the last one counts,
	// and the one before it until TurnedAt plus the overlap.
	Turn       uint64
	TurnedAt   time.Time
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	UserAgent  string
}
