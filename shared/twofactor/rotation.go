package twofactor

import "time"

const (
	// signingLife is how long a key signs assertions.
	signingLife = 90 * 24 * time.Hour
	// signingLead is how long a key is published before it signs. Clients keep
	// the key set for 300 s and our own functions for five minutes more; a day
	// leaves room for whoever keeps it longer.
	signingLead = 24 * time.Hour
	// retiredPublished is how long a retired key stays published (contract
	// §4.2): assertions are good for checks for up to 720 h.
	retiredPublished = 720 * time.Hour
	// rootLife is how long a root key is the newest of its purpose.
	rootLife = 365 * 24 * time.Hour
)

// Published reports whether the key belongs into the key set at now: it is
// next, current, or was retired less than 720 h ago.
func (k SigningKey) Published(now time.Time) bool {
	return k.RetiredAt.IsZero() || now.Sub(k.RetiredAt) < retiredPublished
}

// Signs reports whether the key's time to sign has come and is not over. Of
// several such keys the one with the latest ActiveFrom signs.
func (k SigningKey) Signs(now time.Time) bool {
	return k.RetiredAt.IsZero() && !k.ActiveFrom.After(now)
}

// rotateSigning says what becomes of the signing keys at now: the keys to
// keep, with those that a newer one has replaced marked as retired, and the
// times at which the keys that are missing shall begin to sign. One key is
// current and one is next, always; a next key takes over by time alone.
func rotateSigning(keys []SigningKey, now time.Time) (kept []SigningKey, missing []time.Time, changed bool) {
	current, next := standing(keys, now)
	for i, key := range keys {
		if !key.Published(now) {
			changed = true
			continue
		}
		if key.Signs(now) && i != current {
			key.RetiredAt = now
			changed = true
		}
		kept = append(kept, key)
	}
	since := now
	if current < 0 {
		missing = append(missing, now)
	} else {
		since = keys[current].ActiveFrom
	}
	if !next {
		missing = append(missing, later(since.Add(signingLife), now.Add(signingLead)))
	}
	return kept, missing, changed || len(missing) > 0
}

// standing finds the current key, -1 when there is none, and whether there is
// a next one.
func standing(keys []SigningKey, now time.Time) (current int, next bool) {
	current = -1
	for i, key := range keys {
		switch {
		case key.Signs(now):
			if current < 0 || key.ActiveFrom.After(keys[current].ActiveFrom) {
				current = i
			}
		case key.RetiredAt.IsZero():
			next = true
		}
	}
	return current, next
}

// rootDue reports whether a purpose needs a new root key: it has none, or its
// newest is a year old. Older ones stay, because what they wrapped does.
func rootDue(keys []RootKey, now time.Time) bool {
	return len(keys) == 0 || now.Sub(keys[len(keys)-1].CreatedAt) >= rootLife
}
