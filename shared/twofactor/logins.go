package twofactor

import "time"

// DoneLogins remembers which logins are done, so that a login token works
// once. It is a short ring; a login older than what fell out of it counts as
// done too.
type DoneLogins struct {
	// IDs are the first 8 bytes of the ids of the logins that were done last,
	// newest last, at most 4.
	IDs [][8]byte
	// Horizon is the time of the newest login that fell out: every login that
	// was made no later is done.
	Horizon time.Time
}
