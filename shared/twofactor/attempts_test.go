package twofactor

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC)

// wrongAt is the memory after wrong codes at these times.
func wrongAt(a Attempts, times ...time.Time) Attempts {
	for _, at := range times {
		a, _, _ = a.afterWrong(at)
	}
	return a
}

// every gives n times, one each interval, from start on.
func every(start time.Time, interval time.Duration, n int) []time.Time {
	var times []time.Time
	for i := range n {
		times = append(times, start.Add(time.Duration(i)*interval))
	}
	return times
}

func TestFourWrongCodesPauseNothingAndSayHowManyAreLeft(t *testing.T) {
	var a Attempts
	for wrong := 1; wrong <= 4; wrong++ {
		a = wrongAt(a, noon)
		if l := a.lock(noon); l.any() || !l.RetryAt.IsZero() {
			t.Errorf("after %d wrong codes: %+v", wrong, l)
		}
		if a.left() != 5-wrong {
			t.Errorf("after %d wrong codes %d are left", wrong, a.left())
		}
	}
}

// BF-01, BF-11: contract §4.2, "five wrong in a row pause for 30 s, each
// further one doubles it up to an hour".
func TestThePauseBeginsAtFiveAndDoublesUpToAnHour(t *testing.T) {
	pauses := map[int]time.Duration{
		5: 30 * time.Second, 6: time.Minute, 7: 2 * time.Minute, 8: 4 * time.Minute, 9: 8 * time.Minute,
		10: 16 * time.Minute, 11: 32 * time.Minute, 12: time.Hour, 13: time.Hour, 19: time.Hour, 99: time.Hour,
	}
	for n, want := range pauses {
		a, _, _ := Attempts{InARow: n - 1}.afterWrong(noon)
		end := noon.Add(want)
		for offset, paused := range map[time.Duration]bool{-time.Second: true, 0: false, time.Second: false} {
			l := a.lock(end.Add(offset))
			if l.Paused != paused {
				t.Errorf("wrong code %d, %v from the end of the pause: paused is %v", n, offset, l.Paused)
			}
			if paused && !l.RetryAt.Equal(end) {
				t.Errorf("wrong code %d: try again at %v, want %v", n, l.RetryAt, end)
			}
		}
		if a.left() != 0 {
			t.Errorf("wrong code %d: %d are left", n, a.left())
		}
	}
}

func TestAPauseIsNeverCutShortByTheSecondsThatAreStored(t *testing.T) {
	at := noon.Add(300 * time.Millisecond)
	a := wrongAt(Attempts{InARow: 4}, at)
	if a.PausedUntil.Nanosecond() != 0 || a.PausedUntil.Before(at.Add(30*time.Second)) {
		t.Errorf("the pause ends at %v", a.PausedUntil)
	}
}

// BF-09: the counter that a right code does not clear.
func TestTwentyWrongInADayLockWhateverWasRightInBetween(t *testing.T) {
	var a Attempts
	times := every(noon, time.Minute, 20)
	for i, at := range times {
		if a.lock(at).Long {
			t.Fatalf("locked before wrong code %d", i+1)
		}
		a = wrongAt(a, at).afterRight()
	}
	last, end := times[19], times[0].Add(24*time.Hour)
	if l := a.lock(last); !l.Long || l.Paused || !l.RetryAt.Equal(end) {
		t.Errorf("after 20 wrong codes: %+v, want a lock until %v", l, end)
	}
	for offset, locked := range map[time.Duration]bool{-time.Second: true, 0: false, time.Second: false} {
		if got := a.lock(end.Add(offset)).Long; got != locked {
			t.Errorf("%v from the end: locked is %v", offset, got)
		}
	}
}

func TestFiftyWrongInThirtyDaysLockUntilTheCountFallsBelow(t *testing.T) {
	times := every(noon, 12*time.Hour, 50)
	var a Attempts
	for _, at := range times {
		if a.lock(at).Long {
			t.Fatalf("locked at %v", at)
		}
		a = wrongAt(a, at).afterRight()
	}
	end := times[0].Add(30 * 24 * time.Hour)
	for offset, locked := range map[time.Duration]bool{-time.Second: true, 0: false, time.Second: false} {
		if got := a.lock(end.Add(offset)).Long; got != locked {
			t.Errorf("%v from the end: locked is %v", offset, got)
		}
	}
	if len(a.Wrong) != 50 {
		t.Errorf("%d times are kept", len(a.Wrong))
	}
	again := wrongAt(a, end)
	if next := times[1].Add(30 * 24 * time.Hour); !again.lock(end).RetryAt.Equal(next) || len(again.Wrong) != 50 {
		t.Errorf("after the next wrong code: %+v, want a lock until %v", again.lock(end), next)
	}
}

func TestTheLaterOfPauseAndLongLockIsWhenToTryAgain(t *testing.T) {
	a := wrongAt(Attempts{}, every(noon, 0, 20)...)
	if l := a.lock(noon); !l.Paused || !l.Long || !l.RetryAt.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("got %+v", l)
	}
}

func TestTheUserIsWarnedAtTenWrongInADayAndHourlyAtMost(t *testing.T) {
	var a Attempts
	var warned []time.Duration
	// A wrong code every ten minutes for five hours: the tenth is at 90 min.
	for _, at := range every(noon, 10*time.Minute, 30) {
		next, warn, _ := a.afterWrong(at)
		if warn {
			warned = append(warned, at.Sub(noon))
		}
		a = next.afterRight()
	}
	want := []time.Duration{90 * time.Minute, 150 * time.Minute, 210 * time.Minute, 270 * time.Minute}
	if !slices.Equal(warned, want) {
		t.Errorf("warned after %v, want %v", warned, want)
	}
	_, warn, _ := wrongAt(Attempts{}, every(noon, 3*time.Hour, 9)...).afterWrong(noon.Add(30 * time.Hour))
	if warn {
		t.Error("warned with fewer than ten wrong codes in 24 h")
	}
}

// BF-10.
func TestTheHundredthWrongInARowDisablesOnce(t *testing.T) {
	for _, n := range []int{98, 99, 100, 101} {
		next, _, disable := Attempts{InARow: n - 1}.afterWrong(noon)
		if disable != (n == 100) {
			t.Errorf("wrong code %d in a row: disable is %v", n, disable)
		}
		// The backup code that lifts it must not meet a pause.
		if n == 100 && next.lock(noon).Paused {
			t.Error("the disabled factor is paused too")
		}
	}
}

func TestARightCodeEndsTheRowAndThePauseAndKeepsTheLongCounters(t *testing.T) {
	a := wrongAt(Attempts{}, every(noon, time.Second, 6)...).afterRight()
	if a.InARow != 0 || !a.PausedUntil.IsZero() || len(a.Wrong) != 6 {
		t.Errorf("got %+v", a)
	}
}

func TestAnUnlockClearsTheLongCountersOnceADay(t *testing.T) {
	a := wrongAt(Attempts{}, every(noon, time.Second, 25)...)
	first := noon.Add(time.Minute)
	a = a.afterUnlock(first)
	if a.lock(first).any() || len(a.Wrong) != 0 || a.InARow != 0 {
		t.Fatalf("the first unlock left %+v", a)
	}
	for _, step := range []struct {
		after time.Duration
		clear bool
	}{{time.Hour, false}, {24*time.Hour - time.Second, false}, {24 * time.Hour, true}} {
		at := first.Add(step.after)
		locked := wrongAt(a, every(at.Add(-time.Minute), time.Second, 25)...)
		opened := locked.afterUnlock(at)
		if opened.lock(at).Paused || opened.InARow != 0 {
			t.Errorf("unlocked after %v: the pause stands", step.after)
		}
		if got := len(opened.Wrong) == 0; got != step.clear {
			t.Errorf("unlocked again after %v: cleared is %v", step.after, got)
		}
	}
}

func TestNoStepOfTheThrottleWritesIntoTheMemoryBefore(t *testing.T) {
	a := wrongAt(Attempts{}, every(noon, time.Second, 7)...)
	kept := slices.Clone(a.Wrong)
	_ = wrongAt(a, noon.Add(time.Hour))
	_ = wrongAt(a, noon.Add(2*time.Hour))
	_ = a.afterUnlock(noon.Add(time.Hour))
	if !slices.Equal(a.Wrong, kept) || len(a.Wrong) != 7 {
		t.Errorf("the earlier memory became %v", a.Wrong)
	}
}

// The rules in words, kept beside the code for any course of events.
func TestWhateverHappensTheBoundsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, a := noon, Attempts{}
		var wrong []time.Time
		row := 0
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 5*3600).Draw(t, "seconds")) * time.Second)
			l := a.lock(now)
			day, month := since(wrong, now, 24*time.Hour), since(wrong, now, 30*24*time.Hour)
			if l.Long != (day >= 20 || month >= 50) {
				t.Fatalf("%d wrong in 24 h and %d in 30 d: long is %v", day, month, l.Long)
			}
			if l.any() && !l.RetryAt.After(now) || !l.any() && !l.RetryAt.IsZero() {
				t.Fatalf("at %v: %+v", now, l)
			}
			if l.Paused && row < 5 {
				t.Fatalf("paused after %d in a row", row)
			}
			if l.any() {
				if after := a.lock(l.RetryAt); after.any() {
					t.Fatalf("told to try again at %v, and then %+v", l.RetryAt, after)
				}
				continue
			}
			if rapid.Bool().Draw(t, "right") {
				a, row = a.afterRight(), 0
				continue
			}
			a, wrong, row = wrongAt(a, now), append(wrong, now), row+1
			if row >= 5 && !a.lock(now).Paused {
				t.Fatalf("no pause after %d in a row", row)
			}
		}
	})
}

func since(times []time.Time, now time.Time, window time.Duration) int {
	n := 0
	for _, at := range times {
		if now.Sub(at) < window {
			n++
		}
	}
	return n
}

func TestAWrongCodeCountsForThirtyDays(t *testing.T) {
	a := Attempts{Wrong: []time.Time{noon}}
	if !a.counts(noon.Add(term - time.Second)) {
		t.Error("a code of 30 days less a second does not count")
	}
	if a.counts(noon.Add(term)) || (Attempts{}).counts(noon) {
		t.Error("a code of 30 days, or none, counts")
	}
}
