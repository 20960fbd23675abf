package twofactor

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestALoginIsDoneOnceItWasAddedAndNoOtherIs(t *testing.T) {
	l := DoneLogins{}.with("a", noon)
	if !l.done("a", noon) || l.done("b", noon) {
		t.Errorf("got %+v", l)
	}
}

func TestALoginThatFellOutOfTheRingStaysDoneToTheFractionOfASecond(t *testing.T) {
	for _, fraction := range []time.Duration{0, time.Nanosecond, 200 * time.Millisecond, 999 * time.Millisecond} {
		made := noon.Add(fraction)
		l := DoneLogins{}.with("first", made)
		for i := range 6 {
			at := noon.Add(time.Duration(i+1) * time.Minute)
			l = l.with("later"+strconv.Itoa(i), at)
			if !l.done("first", made) {
				t.Errorf("a login made %v after the second is open again after %d others", fraction, i+1)
			}
		}
		if len(l.IDs) != maxDoneLogins || len(l.Times) != maxDoneLogins {
			t.Errorf("%d logins are kept", len(l.IDs))
		}
		if l.done("open", noon.Add(10*time.Minute)) {
			t.Error("a newer login counts as done")
		}
	}
}

func TestTheHorizonAloneSaysNothingAboutWhatALoginDid(t *testing.T) {
	l := DoneLogins{}
	for i := range 6 {
		l = l.with(strconv.Itoa(i), noon.Add(time.Duration(i)*time.Minute))
	}
	if early := noon.Add(-time.Minute); !l.done("never used", early) || l.holds("never used") {
		t.Error("a login older than the horizon must be closed, and must not count as one that was done")
	}
	if !l.holds("5") {
		t.Error("the newest login is not known")
	}
}

func TestAddingALoginLeavesTheRingBeforeAsItWas(t *testing.T) {
	l := DoneLogins{}.with("a", noon).with("b", noon)
	_, _ = l.with("c", noon), l.with("d", noon)
	if l.done("c", noon) || l.done("d", noon) || len(l.IDs) != 2 {
		t.Errorf("got %+v", l)
	}
}

func TestNoLoginIsEverOpenAgainWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l DoneLogins
		made := map[string]time.Time{}
		for i := range rapid.IntRange(1, 20).Draw(t, "logins") {
			id := strconv.Itoa(i)
			made[id] = noon.Add(time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "made")))
			l = l.with(id, made[id])
			// The table keeps whole seconds.
			for i := range l.Times {
				l.Times[i] = l.Times[i].Truncate(time.Second)
			}
			l.Horizon = l.Horizon.Truncate(time.Second)
			for id, at := range made {
				if !l.done(id, at) {
					t.Fatalf("login %s, made at %v, is open again: %+v", id, at, l)
				}
			}
		}
	})
}
