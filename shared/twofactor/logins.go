package twofactor

import (
	"crypto/sha256"
	"time"
)

// maxDoneLogins is how many done logins are remembered one by one.
const maxDoneLogins = 4

// DoneLogins remembers which logins are done, so that a login token works
// once. It is a short ring; a login older than what fell out of it counts as
// done too.
type DoneLogins struct {
	// IDs are hashes of the ids of the logins that were done last, cut to 8
	// bytes, newest last, at most 4; Times are when those logins were made.
	IDs   [][8]byte
	Times []time.Time
	// Horizon is when the newest login that fell out was made: every login
	// that was made no later is done.
	Horizon time.Time
}

// done reports whether the login made at that time is done. The horizon is
// kept in whole seconds, so a login is compared by its second: one that fell
// out is never taken for open.
func (l DoneLogins) done(loginID string, made time.Time) bool {
	if !l.Horizon.IsZero() && !made.Truncate(time.Second).After(l.Horizon) {
		return true
	}
	return l.holds(loginID)
}

// holds reports whether this very login is known to be done. A login that is
// only older than the horizon may be one that never did anything.
func (l DoneLogins) holds(loginID string) bool {
	id := shortLogin(loginID)
	for _, known := range l.IDs {
		if known == id {
			return true
		}
	}
	return false
}

// with adds a login that is done now. It never writes into l.
func (l DoneLogins) with(loginID string, made time.Time) DoneLogins {
	next := DoneLogins{
		IDs:     append(append([][8]byte{}, l.IDs...), shortLogin(loginID)),
		Times:   append(append([]time.Time{}, l.Times...), made.Truncate(time.Second)),
		Horizon: l.Horizon,
	}
	for len(next.IDs) > maxDoneLogins {
		if next.Times[0].After(next.Horizon) {
			next.Horizon = next.Times[0]
		}
		next.IDs, next.Times = next.IDs[1:], next.Times[1:]
	}
	return next
}

func shortLogin(loginID string) [8]byte {
	sum := sha256.Sum256([]byte(loginID))
	return [8]byte(sum[:8])
}
