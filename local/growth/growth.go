package growth

import (
	"context"
	"fmt"

	"sallyport/shared/twofactor"
)

// Cost is what one call cost, in the unit of its ground.
type Cost struct{ Read, Write float64 }

// Row is one call, and what it cost at each size of the tenant.
type Row struct {
	Call string
	// Bounded is true for a call that may cost more with the tenant, up to a
	// bound: a preview reads 2,000 users one by one and no more.
	Bounded bool
	Costs   []Cost
}

// pageSize is how many users the page that is measured asks for.
const pageSize = 50

// Measure lets one tenant grow through sizes (each at least 10, ascending) and
// measures the calls at each. Every call was made once before, so that what a
// function keeps in memory is there. A call that does not answer as expected
// is an error.
func Measure(ctx context.Context, on Ground, sizes []int) ([]Row, error) {
	t, err := newTown(ctx, on)
	if err != nil {
		return nil, err
	}
	calls := []struct {
		name    string
		bounded bool
		do      func() error
	}{
		{"policy change", false, func() error { return t.savePolicy(twofactor.ModeRequired) }},
		{"login, decision verify", false, t.login},
		{fmt.Sprintf("page of %d users", pageSize), false, t.page},
		{"summary", false, t.summary},
		{"policy preview", true, t.preview},
	}
	rows := make([]Row, len(calls))
	for i, c := range calls {
		rows[i] = Row{Call: c.name, Bounded: c.bounded}
	}
	for n, size := range append([]int{0}, sizes...) {
		if err := t.fill(size); err != nil {
			return nil, fmt.Errorf("a tenant of %d users could not be made: %w", size, err)
		}
		for i, c := range calls {
			on.ledger.take()
			if err := c.do(); err != nil {
				return nil, fmt.Errorf("%s with %d users: %w", c.name, t.users, err)
			}
			if read, write := on.ledger.take(); n > 0 {
				rows[i].Costs = append(rows[i].Costs, Cost{read, write})
			}
		}
		// Back, so that the next size makes the same change.
		if err := t.savePolicy(twofactor.ModeAvailable); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// admin is a call for the owner, who has just authenticated.
func (t *town) admin() twofactor.Caller {
	c := t.platform
	c.Actor = &twofactor.Actor{Ref: twofactor.Ref{Tenant: tenant, User: owner}, AuthenticatedAt: noon}
	return c
}

// Flat reports whether the call cost the same at every size.
func (r Row) Flat() bool {
	for _, c := range r.Costs {
		if c != r.Costs[0] {
			return false
		}
	}
	return true
}

// Verdict is Flat in words.
func (r Row) Verdict() string {
	switch {
	case r.Flat():
		return "flat"
	case r.Bounded:
		return "bounded"
	}
	return "GROWS"
}
