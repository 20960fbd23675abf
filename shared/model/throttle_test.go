package model

import (
	"time"
)

// factor is an authenticator app with its backup codes and wrong codes.
type factor struct {
	secret   []byte
	lastStep int64
	enrolled time.Time
	verified time.Time
	disabled bool
	backup   []string
	used     map[string]bool

	inARow int
	pause  time.Time
	// wrong are the times of all wrong codes that no unlock forgave.
	wrong   []time.Time
	cleared time.Time
}

func (f *factor) backupsLeft() int { return len(f.backup) - len(f.used) }

// lock is what wrong codes do at one moment.
type lock struct {
	paused, long bool
	until        time.Time
}

// lock is contract §4.2: a pause, and the long lock of 20 in 24 hours or 50 in
// 30 days.
func (f *factor) lock(now time.Time) lock {
	var l lock
	if now.Before(f.pause) {
		l.paused, l.until = true, f.pause
	}
	for _, limit := range []struct {
		count  int
		window time.Duration
	}{{20, day}, {50, 30 * day}} {
		var counted []time.Time
		for _, at := range f.wrong {
			if now.Sub(at) < limit.window {
				counted = append(counted, at)
			}
		}
		if len(counted) < limit.count {
			continue
		}
		// It ends when the count falls below the limit.
		end := counted[len(counted)-limit.count].Add(limit.window)
		l.long = true
		// A disabled factor waits for no count to fall, only for its pause.
		if !f.disabled && end.After(l.until) {
			l.until = end
		}
	}
	return l
}

// retry is when something is accepted again by time alone. A disabled factor
// waits for no window, only for the pause before the next backup code.
func (f *factor) retry(now time.Time) time.Time {
	switch l := f.lock(now); {
	case !f.disabled:
		return l.until
	case l.paused:
		return f.pause
	}
	return time.Time{}
}

// miss counts one wrong code.
func (f *factor) miss(now time.Time) {
	f.inARow++
	f.wrong = append(f.wrong, now)
	if f.inARow >= 5 {
		pause := time.Hour
		if n := f.inARow - 5; n < 7 {
			pause = 30 * time.Second << n
		}
		f.pause = now.Add(min(pause, time.Hour))
	}
	if f.inARow == 100 {
		// So that the backup code that helps can be given at once
		// (docs/decisions.md, 8).
		f.disabled, f.pause = true, time.Time{}
	}
}

// hit takes a right code; the long counters stay.
func (f *factor) hit(now time.Time) {
	f.inARow, f.pause, f.verified = 0, time.Time{}, now
}

// unlock is an administrator's: it reports whether anything changed.
func (f *factor) unlock(now time.Time) bool {
	changed := f.disabled || f.inARow > 0
	f.disabled, f.inARow, f.pause = false, 0, time.Time{}
	if !f.cleared.IsZero() && now.Sub(f.cleared) < day {
		return changed
	}
	for _, at := range f.wrong {
		// What counts in no window any more is no reason to tell anybody.
		changed = changed || now.Sub(at) < 30*day
	}
	if changed {
		f.wrong, f.cleared = nil, now
	}
	return changed
}
