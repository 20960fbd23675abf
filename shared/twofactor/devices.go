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

// DevicesKey names a user's remembered devices.
func DevicesKey(ref Ref) Key { return Key{Kind: KindDevices, Tenant: ref.Tenant, User: ref.User} }

// Device is one remembered device. Its token holds the id and a random
// secret; only hashes are kept.
type Device struct {
	ID   string
	Hash SecretBytes
	// Previous is the hash of the token that Hash replaced; it stays good
	// until PreviousUntil or until the new token is used.
	Previous      SecretBytes
	PreviousUntil time.Time
	CreatedAt     time.Time
	LastUsedAt    time.Time
	ExpiresAt     time.Time
	UserAgent     string
}
