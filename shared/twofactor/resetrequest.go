package twofactor

import "time"

// resetRequestKept is how long a request stays listed.
const resetRequestKept = 400 * 24 * time.Hour

// ResetRequest is one person's request to have his factor reset. Whether it
// is open stands in his auth record; this is its paper.
type ResetRequest struct {
	Meta
	Ref
	ID          string
	Incarnation string
	// Generation is the factor that it was made for; with a newer one it is
	// without effect.
	Generation uint64
	CreatedAt  time.Time
	Reason     string
	// Decided is ResetApproved or ResetDenied; "" while nobody decided.
	Decided   ResetRequestState
	DecidedAt time.Time
	DecidedBy *Ref
	Note      string
}

// Key implements Record.
func (r *ResetRequest) Key() Key { return ResetRequestKey(r.Tenant, r.ID) }

// Stamp implements Stamped.
func (r *ResetRequest) Stamp() string { return r.Incarnation }

// ResetRequestKey names a reset request.
func ResetRequestKey(tenant, id string) Key {
	return Key{Kind: KindResetRequest, Tenant: tenant, ID: id}
}

// ResetRequestState is where a request stands (contract §4.4).
type ResetRequestState string

// The states of a request. Cancelled and expired are worked out when read.
const (
	ResetPending   ResetRequestState = "pending"
	ResetApproved  ResetRequestState = "approved"
	ResetDenied    ResetRequestState = "denied"
	ResetCancelled ResetRequestState = "cancelled"
	ResetExpired   ResetRequestState = "expired"
)

// state works out where the request stands, given its user's record as it is
// now (nil when he is gone).
func (r *ResetRequest) state(user *Auth, now time.Time) ResetRequestState {
	switch {
	case r.Decided != "":
		return r.Decided
	case now.Sub(r.CreatedAt) >= resetRequestLife:
		return ResetExpired
	case user == nil || user.Incarnation != r.Incarnation:
		return ResetCancelled
	}
	open := user.openReset(now)
	if open == nil || open.ID != r.ID {
		return ResetCancelled
	}
	return ResetPending
}

// decided is the request after the acting person's decision.
func (r *ResetRequest) decided(state ResetRequestState, note string, a *access) *ResetRequest {
	next, by := *r, a.actor.Ref
	next.Decided, next.DecidedAt, next.DecidedBy, next.Note = state, a.now, &by, note
	return &next
}
