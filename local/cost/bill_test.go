package cost

import "testing"

func TestAMillionLoginsCostAboutFiveDollars(t *testing.T) {
	var g Gauges
	platform := measured(t, &g.Front, &g.Feed, &g.Log)
	used, err := SignIns(t.Context(), platform, &g, 6)
	if err != nil {
		t.Fatal(err)
	}
	// Twice 1.5 units to decide and one write; half a unit to see that the
	// tenant is there, one write for the event and one for its place in the
	// order of filing.
	front, feed := Units{Read: 3 * 5, Write: 5}, Units{Read: 0.5 * 5, Write: 2 * 5}
	if used.SignIns != 5 || used.Front != front || used.Feed != feed {
		t.Errorf("five logins took %+v, want %+v and %+v", used, front, feed)
	}
	sum := 0.0
	for _, item := range used.Bill() {
		if item.Dollars <= 0 {
			t.Errorf("%s costs nothing", item.Name)
		}
		sum += item.Dollars
	}
	if sum > 6 {
		t.Errorf("a million logins cost %.2f dollars", sum)
	}
}
