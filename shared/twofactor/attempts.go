package twofactor

import "time"

// The numbers of the throttle (security §0, contract §4.2; NIST SP 800-63B-4
// §3.2.2 allows at most 100 in a row).
const (
	pauseAfter   = 5
	pauseFirst   = 30 * time.Second
	pauseLongest = time.Hour
	disableAfter = 100

	warnInDay  = 10
	lockInDay  = 20
	lockInTerm = 50

	day          = 24 * time.Hour
	term         = 30 * day
	warnInterval = time.Hour
)

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

// lock is what the throttle says at one moment.
type lock struct {
	// Paused: nothing is accepted and nothing counts.
	Paused bool
	// Long: only a backup code helps.
	Long bool
	// RetryAt is when it ends by itself; zero when nothing is locked.
	RetryAt time.Time
}

func (l lock) any() bool { return l.Paused || l.Long }

// lock says what holds at now.
func (a Attempts) lock(now time.Time) lock {
	var l lock
	if now.Before(a.PausedUntil) {
		l.Paused = true
		l.RetryAt = a.PausedUntil
	}
	if end := a.longEnd(); now.Before(end) {
		l.Long = true
		if end.After(l.RetryAt) {
			l.RetryAt = end
		}
	}
	return l
}

// lock is what the throttle says about this user at now. A disabled factor
// waits for no window: only the pause before the next backup code ends by
// itself.
func (a *Auth) lock(now time.Time) lock {
	l := a.Attempts.lock(now)
	if a.Factor != nil && a.Factor.Disabled {
		l.RetryAt = time.Time{}
		if l.Paused {
			l.RetryAt = a.Attempts.PausedUntil
		}
	}
	return l
}

// longEnd is when the long lock ends: when the count in each window falls
// below its limit. A zero time means that neither limit was reached.
func (a Attempts) longEnd() time.Time {
	var end time.Time
	if n := len(a.Wrong); n >= lockInDay {
		end = a.Wrong[n-lockInDay].Add(day)
	}
	if n := len(a.Wrong); n >= lockInTerm {
		if t := a.Wrong[n-lockInTerm].Add(term); t.After(end) {
			end = t
		}
	}
	return end
}

// inDay counts the wrong codes of the last 24 hours.
func (a Attempts) inDay(now time.Time) int {
	n := 0
	for _, t := range a.Wrong {
		if now.Sub(t) < day {
			n++
		}
	}
	return n
}

// counts reports whether any wrong code still counts in a window.
func (a Attempts) counts(now time.Time) bool {
	n := len(a.Wrong)
	return n > 0 && now.Sub(a.Wrong[n-1]) < term
}

// left is how many wrong codes are left before a pause.
func (a Attempts) left() int { return max(0, pauseAfter-a.InARow) }

// afterWrong is the memory after one more wrong code. warn asks for a mail
// about wrong codes; disable says that the factor stops counting.
func (a Attempts) afterWrong(now time.Time) (next Attempts, warn, disable bool) {
	next = a
	next.InARow++
	next.Wrong = appendWrong(a.Wrong, now)
	if next.InARow >= pauseAfter {
		next.PausedUntil = wholeSecond(now.Add(pauseFor(next.InARow)))
	}
	if next.inDay(now) >= warnInDay && now.Sub(a.WarnedAt) >= warnInterval {
		warn = true
		next.WarnedAt = wholeSecond(now)
	}
	if next.InARow == disableAfter {
		disable = true
		// The pause would keep out the backup code that lifts this.
		next.PausedUntil = time.Time{}
	}
	return next, warn, disable
}

// pauseFor is the pause after the n-th wrong code in a row.
func pauseFor(n int) time.Duration {
	pause := pauseFirst
	for range n - pauseAfter {
		pause *= 2
		if pause >= pauseLongest {
			return pauseLongest
		}
	}
	return pause
}

// appendWrong adds now, and keeps the last 50 of the last 30 days: what is
// older counts in no window. It never writes into old.
func appendWrong(old []time.Time, now time.Time) []time.Time {
	for len(old) > 0 && (len(old) >= lockInTerm || now.Sub(old[0]) >= term) {
		old = old[1:]
	}
	next := make([]time.Time, 0, len(old)+1)
	next = append(next, old...)
	return append(next, wholeSecond(now))
}

// afterRight is the memory after a right code. The long counters stay: a
// success does not clear them.
func (a Attempts) afterRight() Attempts {
	a.InARow = 0
	a.PausedUntil = time.Time{}
	return a
}

// afterUnlock is the memory after an administrator's unlock: the pause ends,
// and the long counters are cleared, the latter at most once a day.
func (a Attempts) afterUnlock(now time.Time) Attempts {
	a = a.afterRight()
	if a.ClearedAt.IsZero() || now.Sub(a.ClearedAt) >= day {
		a.Wrong = nil
		a.ClearedAt = wholeSecond(now)
	}
	return a
}

// wholeSecond rounds up to the second, the precision that is stored: a pause
// never ends early.
func wholeSecond(t time.Time) time.Time {
	whole := t.Truncate(time.Second)
	if whole.Before(t) {
		whole = whole.Add(time.Second)
	}
	return whole
}
