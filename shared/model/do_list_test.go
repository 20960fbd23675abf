package model

import (
	"slices"
	"strings"

	"sallyport/shared/twofactor"
)

// listUsers asks for the users of a tenant with one filter, some at a time.
func (m *machine) listUsers(tenant string) {
	t := m.tenants[tenant]
	c := call{key: m.aKey()}
	q := twofactor.UserQuery{Limit: pick(m, "page", 1, 2, 50)}
	var passes func(*user) bool
	switch pick(m, "filter", "none", "state", "role", "locked", "asking", "search") {
	case "none":
		passes = func(*user) bool { return true }
	case "state":
		q.State = pick(m, "state", twofactor.StatePending, twofactor.StateActive, twofactor.StateNotRequired,
			twofactor.StateNotApplicable, twofactor.StateNotAvailable)
		passes = func(u *user) bool { return u.state(m.now) == q.State }
	case "role":
		q.Role = pick(m, "role", "user", "admin", "super_admin")
		passes = func(u *user) bool { return u.role == q.Role }
	case "locked":
		locked := m.oneIn(2, "locked")
		q.Locked = &locked
		passes = func(u *user) bool { word, _ := u.lockedNow(m.now); return (word != "") == locked }
	case "asking":
		asking := m.oneIn(2, "asking")
		q.ResetRequested = &asking
		passes = func(u *user) bool { return (u.openRequest(m.now) != nil) == asking }
	case "search":
		q.Q = pick(m, "prefix", "a", "b", "root", "ann@", "shared@", "SHARED@CLIENT", "z")
		passes = func(u *user) bool {
			return strings.HasPrefix(u.id, q.Q) || strings.HasPrefix(strings.ToLower(u.email()), strings.ToLower(q.Q))
		}
	}
	var shown []string
	for {
		page, next, err := m.users.List(m.ctx, c.real(), tenant, q)
		if !m.agree(err, m.reaches(c.key, t, twofactor.ScopeUsers), "list users of %s %+v", tenant, q) {
			return
		}
		for _, view := range page {
			shown = append(shown, view.ID)
		}
		if q.Cursor = next; next == "" {
			break
		}
	}
	var there []string
	for id, u := range t.users {
		if passes(u) {
			there = append(there, id)
		}
	}
	slices.Sort(there)
	if q.Q != "" {
		// A search sorts its pages, not the whole (docs/decisions.md, 17).
		slices.Sort(shown)
	}
	m.same("the users of "+tenant, text(shown), text(there))
}

// listEvents reads the trail of one tenant as a platform does: all of it, in
// both orders.
func (m *machine) listEvents(tenant string, order twofactor.Order) []string {
	m.t.Helper()
	var lines []string
	q := twofactor.EventQuery{Order: order, Limit: 200}
	for {
		page, next, err := twofactor.NewEvents(m.deps).List(m.ctx, call{key: m.keys[0]}.real(), tenant, q)
		if err != nil {
			m.t.Fatalf("the events of %s: %v", tenant, err)
		}
		for _, e := range page {
			lines = append(lines, retold(e))
		}
		if q.Cursor = next; next == "" || len(page) == 0 {
			break
		}
	}
	slices.Sort(lines)
	return lines
}

// sameLists compares the trail as platforms read it, and counts everybody
// anew: the counts must have been right.
func (m *machine) sameLists() {
	m.t.Helper()
	for _, id := range m.order {
		if m.tenants[id].deleting {
			continue
		}
		var happened []string
		for _, c := range m.story {
			if c.tenant == id {
				happened = append(happened, c.line)
			}
		}
		slices.Sort(happened)
		for _, order := range []twofactor.Order{twofactor.OrderAscending, twofactor.OrderDescending} {
			m.same("the events of "+id, strings.Join(m.listEvents(id, order), "\n"), strings.Join(happened, "\n"))
		}
		m.sameSummary(m.tenants[id])
		counted, err := twofactor.NewCounts(m.deps).Recount(m.ctx, id)
		m.same("what a recount of "+id+" finds", text([]any{counted, err}),
			text([]any{twofactor.RecountAnswer{Users: len(m.tenants[id].users)}, nil}))
	}
}
