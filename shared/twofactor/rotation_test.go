package twofactor_test

import (
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// TestTwoYearsOfDailyPreparingKeepTheRulesOfRotation looks at every hour.
func TestTwoYearsOfDailyPreparingKeepTheRulesOfRotation(t *testing.T) {
	w := newWorks(t)
	w.prepare()
	publishedSince := map[string]time.Time{}
	lastSigned := map[string]time.Time{}
	end := w.now.Add(2*365*24*time.Hour + 48*time.Hour)
	begin := w.now
	for hour := 0; w.now.Before(end); hour++ {
		if hour%24 == 0 {
			w.prepare()
		}
		current := w.current()
		if current.ID == "" {
			t.Fatalf("at %s nothing signs", w.now)
		}
		lastSigned[current.ID] = w.now
		published := map[string]bool{}
		for _, key := range w.signing() {
			if key.Published(w.now) {
				published[key.ID] = true
				if _, ok := publishedSince[key.ID]; !ok {
					publishedSince[key.ID] = w.now
				}
			}
		}
		if lead := w.now.Sub(publishedSince[current.ID]); lead < 24*time.Hour && current.ActiveFrom.After(begin) {
			t.Fatalf("at %s key %s signs, published for %s only", w.now, current.ID, lead)
		}
		for id, at := range lastSigned {
			if w.now.Sub(at) < 720*time.Hour && !published[id] {
				t.Fatalf("at %s key %s, which signed at %s, is not published", w.now, id, at)
			}
		}
		if len(published) > 3 {
			t.Fatalf("at %s %d keys are published", w.now, len(published))
		}
		w.now = w.now.Add(time.Hour)
	}
	if len(lastSigned) != 9 {
		t.Errorf("%d keys signed in two years of 90 days each, want 9", len(lastSigned))
	}
	for _, p := range purposes {
		keys := w.roots(p)
		if len(keys) != 3 || !slices.IsSortedFunc(keys, func(a, b twofactor.RootKey) int { return a.CreatedAt.Compare(b.CreatedAt) }) {
			t.Errorf("%s: %d root keys after two years, want 3, newest last", p, len(keys))
		}
	}
}

func TestANextKeyTakesOverByItselfAndAMissedScheduleLosesNoKey(t *testing.T) {
	w := newWorks(t)
	w.prepare()
	first, next := w.signing()[0], w.signing()[1]
	w.now = next.ActiveFrom.Add(-time.Second)
	if w.current().ID != first.ID {
		t.Error("the next key signs too early")
	}
	w.now = next.ActiveFrom
	if w.current().ID != next.ID {
		t.Error("the next key doesn't sign at its time")
	}
	w.now = w.now.Add(200 * 24 * time.Hour) // nobody prepared
	w.prepare()
	keys := w.signing()
	if len(keys) != 3 || w.current().ID != next.ID {
		t.Fatalf("keys %+v", keys)
	}
	if !keys[0].RetiredAt.Equal(w.now) || !keys[0].Published(w.now.Add(720*time.Hour-time.Second)) {
		t.Error("the key that was replaced is not published for 720 h from when that was noticed")
	}
	if lead := keys[2].ActiveFrom.Sub(w.now); lead != 24*time.Hour {
		t.Errorf("the overdue next key signs after %s, want a day of lead", lead)
	}
	w.now = w.now.Add(720 * time.Hour)
	if said := w.prepare(); !slices.Contains(said, "dropped signing key "+first.ID) {
		t.Errorf("it says %q", said)
	}
}
