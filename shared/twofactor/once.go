package twofactor

import (
	"context"
	"crypto/subtle"
	"time"
)

const (
	// onceLife is how long an Idempotency-Key is remembered (contract §2).
	onceLife = 24 * time.Hour
	// onceBody is the largest answer that is kept, in bytes: an item of
	// DynamoDB holds 400 KB. Only a batch whose every item was refused for
	// several reasons is larger, and that one is safe to repeat.
	onceBody = 350_000
)

// OnceRecord is what an Idempotency-Key leaves behind for 24 hours: the
// answer that was given, without any secret.
type OnceRecord struct {
	Meta
	// ID is a hash of key, actor, path and Idempotency-Key.
	ID string
	// Tenant is whom the call was about; "" for none.
	Tenant string
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

// Replayed is returned as an error by a use case whose Idempotency-Key was
// seen before with the same body: the answer that was given then, without its
// secrets. Nothing was done.
type Replayed struct {
	Status int
	Body   []byte
}

// Error implements error.
func (*Replayed) Error() string { return "this call was answered before" }

// replay looks for an earlier call with the same Idempotency-Key. Use cases
// call it after authorisation, in every try: nil means to go on, *Replayed
// gives the earlier answer, CodeIdempotencyKeyReused means another body.
func (d Deps) replay(ctx context.Context, c Caller) error {
	if c.Once == nil {
		return nil
	}
	key := OnceKey(c.Once.ID)
	found, err := d.load(ctx, Want{Key: key})
	if err != nil {
		return err
	}
	earlier := Get[OnceRecord](found, key)
	if earlier == nil {
		c.Once.stale = 0
		return nil
	}
	if d.Now().Sub(earlier.At) >= onceLife {
		c.Once.stale = earlier.Version
		return nil
	}
	if subtle.ConstantTimeCompare(earlier.BodyHash, c.Once.BodyHash) != 1 {
		return refuse(CodeIdempotencyKeyReused, "This Idempotency-Key was used with another body.")
	}
	return &Replayed{Status: earlier.Status, Body: earlier.Body}
}

// onceRecords gives what a commit must put besides its own records, after
// them, so that the same call is answered and not done again; nothing when the
// caller sent no Idempotency-Key, or the answer is too large to be kept. Of two
// calls at the same moment one commit loses, and finds the other's answer when
// it tries again.
func (c Caller) onceRecords(result any, now time.Time) ([]Record, error) {
	if c.Once == nil {
		return nil, nil
	}
	status, body, err := c.Once.Render(result)
	if err != nil || len(body) > onceBody {
		return nil, err
	}
	return []Record{&OnceRecord{
		Meta: Meta{Version: c.Once.stale, Expires: now.Add(onceLife)},
		ID:   c.Once.ID, Tenant: c.Once.tenant, BodyHash: c.Once.BodyHash, Status: status, Body: body, At: now,
	}}, nil
}
