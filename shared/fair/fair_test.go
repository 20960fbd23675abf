package fair

import (
	"fmt"
	"testing"
	"time"
)

// clock is a wall clock that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func admitted(b *Budgets, name string, calls int) (n int) {
	for range calls {
		if b.Admit(name, 10) == 0 {
			n++
		}
	}
	return n
}

func TestABudgetGivesFourSecondsAtOnceAndThenItsRate(t *testing.T) {
	c := &clock{at: time.Unix(1_800_000_000, 0)}
	b := New(c.now)
	if got := admitted(b, "acme", 100); got != 40 {
		t.Errorf("%d calls at once, want 40", got)
	}
	c.at = c.at.Add(time.Second)
	if got := admitted(b, "acme", 100); got != 10 {
		t.Errorf("%d calls a second later, want 10", got)
	}
	c.at = c.at.Add(time.Hour)
	if got := admitted(b, "acme", 100); got != 40 {
		t.Errorf("%d calls after an hour, want no more than 40", got)
	}
}

func TestARefusalSaysHowLongToWaitAndCostsNothing(t *testing.T) {
	c := &clock{at: time.Unix(1_800_000_000, 0)}
	b := New(c.now)
	admitted(b, "acme", 40)
	for range 1000 {
		if wait := b.Admit("acme", 10); wait != 100*time.Millisecond {
			t.Fatalf("wait %v, want 100ms", wait)
		}
	}
	c.at = c.at.Add(100 * time.Millisecond)
	if wait := b.Admit("acme", 10); wait != 0 {
		t.Errorf("after the wait: %v more", wait)
	}
}

func TestTN09OneWhoFloodsCostsNobodyElse(t *testing.T) {
	c := &clock{at: time.Unix(1_800_000_000, 0)}
	b := New(c.now)
	admitted(b, "flood", 10_000)
	if got := admitted(b, "quiet", 40); got != 40 {
		t.Errorf("another's budget gave %d of 40", got)
	}
}

func TestInventedNamesFillNoMemoryAndWhoCallsOnIsRemembered(t *testing.T) {
	c := &clock{at: time.Unix(1_800_000_000, 0)}
	b := New(c.now)
	admitted(b, "flood", 40)
	for i := range 10 * generation {
		b.Admit(fmt.Sprint(i), 10)
		if i%1000 == 0 && b.Admit("flood", 10) == 0 {
			t.Fatal("a spent budget was forgotten while it was in use")
		}
	}
	if n := len(b.young) + len(b.old); n > 2*generation {
		t.Errorf("%d budgets are kept", n)
	}
}
