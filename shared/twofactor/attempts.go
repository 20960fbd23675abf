package twofactor

import "time"

// Attempts is the throttle's memory. It belongs to one generation of a
// factor: a new factor begins with a zero value.
type Attempts struct {
	// InARow counts wrong codes since the last right one.
	InARow int
	// PausedUntil is the end of the pause; zero when there is none.
	PausedUntil time.Time
	// Wrong are the times of the last wrong codes, oldest first, at most 50,
	// in whole seconds.
	Wrong []time.Time
	// ClearedAt is when an unlock cleared Wrong last.
	ClearedAt time.Time
	// WarnedAt is when the user was mailed last about wrong codes.
	WarnedAt time.Time
}
