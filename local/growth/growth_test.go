package growth

import (
	"testing"

	"sallyport/shared/twofactor"
)

func TestNoCallReadsOrWritesMoreInALargeTenantThanInASmallOne(t *testing.T) {
	rows, err := Measure(t.Context(), Embedded(), []int{100, 3000, 10_000})
	if err != nil {
		t.Fatal(err)
	}
	measured := map[string]bool{}
	for _, row := range rows {
		measured[row.Call] = true
		if row.Bounded {
			// A preview reads users one by one up to 2,000; from there on it is flat.
			row.Costs = row.Costs[1:]
		}
		if row.Costs[0].Read == 0 {
			t.Errorf("%s: nothing was measured", row.Call)
		}
		if !row.Flat() {
			t.Errorf("%s: %+v as the tenant grew", row.Call, row.Costs)
		}
	}
	for _, call := range []string{"policy change", "login, decision verify", "page of 50 users", "summary"} {
		if !measured[call] {
			t.Errorf("%s was not measured", call)
		}
	}
}

func TestARecountFindsNothingWrongInATenantThatWasFilled(t *testing.T) {
	town, err := newTown(t.Context(), Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{60, 200} {
		if err := town.fill(size); err != nil {
			t.Fatal(err)
		}
		got, err := twofactor.NewCounts(town.deps).Recount(t.Context(), tenant)
		if want := (twofactor.RecountAnswer{Users: size}); err != nil || got != want {
			t.Errorf("a recount of %d users found %+v, %v", size, got, err)
		}
	}
}

func TestACallThatReadsEveryUserIsSeenToGrow(t *testing.T) {
	on := Embedded()
	town, err := newTown(t.Context(), on)
	if err != nil {
		t.Fatal(err)
	}
	reads := func(size int) float64 {
		if err := town.fill(size); err != nil {
			t.Fatal(err)
		}
		on.ledger.take()
		if _, err := twofactor.NewCounts(town.deps).Recount(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
		read, _ := on.ledger.take()
		return read
	}
	if few, many := reads(100), reads(300); many < 2*few {
		t.Errorf("a recount read %.0f records of 100 users and %.0f of 300", few, many)
	}
}
