package model

import (
	"sallyport/shared/twofactor"
)

// putMany puts several users with one call, each with his own result. The
// service takes them in any order.
func (m *machine) putMany(c call, tenant string, entries []entry) {
	t := m.tenants[tenant]
	var in []twofactor.UserInput
	for _, e := range entries {
		in = append(in, twofactor.UserInput{ID: e.id, Email: e.email, Name: e.name, Role: e.role, SignIn: e.signIn, Active: &e.active})
	}
	results, err := m.users.PutMany(m.ctx, c.real(), tenant, in)
	if !m.agree(err, m.admits(c, t, need{scope: twofactor.ScopeUsers}), "put many of %s", tenant) {
		return
	}
	for i, e := range entries {
		m.same("whose result it is", results[i].ID, e.id)
		before := t.users[e.id]
		next, refused := m.keeps(c, t, e, true)
		if m.agree(results[i].Err, refused, "  of them %s %s %s %s active=%v", e.id, e.email, e.role, e.signIn, e.active) {
			m.same("the outcome", results[i].Outcome, outcome(before, next))
			m.keep(c, t, before, next)
		}
	}
}

func outcome(before, next *user) string {
	switch {
	case before == nil:
		return twofactor.OutcomeCreated
	case sameEntry(before, next):
		return twofactor.OutcomeUnchanged
	}
	return twofactor.OutcomeUpdated
}

// aBatch is an entry for each of some people. Several of them keep their
// roles, and who could decide resets stays active: which of two is the last, or
// hears of the other, depends on the order.
func (m *machine) aBatch(tenant string) []entry {
	var entries []entry
	t := m.tenants[tenant]
	ids := m.somePeople()
	for _, id := range ids {
		in := m.anEntry(id, tenant)
		switch u := t.users[id]; {
		case len(ids) == 1:
		case u == nil:
			in.role = twofactor.RoleUser
		default:
			in.role, in.active = u.role, in.active || t.holds(u.role, twofactor.PermResetsDecide)
		}
		entries = append(entries, in)
	}
	return entries
}
