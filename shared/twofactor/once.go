package twofactor

import "time"

// OnceRecord is what an Idempotency-Key leaves behind for 24 hours: the
// answer that was given, without any secret.
type OnceRecord struct {
	Meta
	// ID is a hash of key, actor, path and Idempotency-Key.
	ID string
	// BodyHash tells the same body from another.
	BodyHash SecretBytes
	Status   int
	Body     []byte
	At       time.Time
}

// Key implements Record.
func (o *OnceRecord) Key() Key { return OnceKey(o.ID) }

// OnceKey names an idempotency record.
func OnceKey(id string) Key { return Key{Kind: KindOnce, ID: id} }

// Redemption marks something as used up: an assertion that was redeemed, a
// code of a hosted page.
type Redemption struct {
	Meta
	Tenant string
	ID     string
	At     time.Time
}

// Key implements Record.
func (r *Redemption) Key() Key { return RedemptionKey(r.Tenant, r.ID) }

// RedemptionKey names a redemption.
func RedemptionKey(tenant, id string) Key {
	return Key{Kind: KindRedemption, Tenant: tenant, ID: id}
}
