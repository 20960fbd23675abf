package twofactor

import "time"

// resetRequestLife is how long a reset request waits for a decision (contract
// §4.4).
const resetRequestLife = 7 * 24 * time.Hour

// ResetStateNone is what a login shows where no reset request is open; else it
// shows ResetPending.
const ResetStateNone = "none"

// openReset is the reset request that waits for a decision now; nil for none.
// One that is too old, or was made for an older factor, is not open.
func (a *Auth) openReset(now time.Time) *OpenReset {
	r := a.OpenReset
	if r == nil || r.Generation != a.Generation || now.Sub(r.CreatedAt) >= resetRequestLife {
		return nil
	}
	return r
}

func (a *Auth) resetState(now time.Time) string {
	if a.openReset(now) == nil {
		return ResetStateNone
	}
	return string(ResetPending)
}
