package model

import (
	"sallyport/shared/twofactor"
)

// actRead reads something. That needs no actor, but one who is named must hold
// a permission for it (contract §1).
func (m *machine) actRead() {
	tenant := m.aTenant()
	c := m.anActor(tenant)
	t := m.tenants[tenant]
	ref := twofactor.Ref{Tenant: tenant, User: "root"}
	reports := []twofactor.Permission{twofactor.PermReportsRead}
	read := func(what string, scope twofactor.Scope, perms []twofactor.Permission, do func() error) {
		want := m.admits(c, t, need{scope: scope, perms: perms})
		if len(want) == 0 && t.users[ref.User] == nil && (what == "user" || what == "explanation") {
			want.add(true, twofactor.CodeUserNotFound)
		}
		m.agree(do(), want, "read "+what)
	}
	switch pick(m, "read", "user", "explanation", "policy", "desk", "summary", "events", "tenant") {
	case "user":
		read("user", twofactor.ScopeUsers, reports, func() error { _, err := m.users.Get(m.ctx, c.real(), ref); return err })
	case "explanation":
		read("explanation", twofactor.ScopeUsers, reports, func() error { _, err := m.policies.Explain(m.ctx, c.real(), ref); return err })
	case "summary":
		read("summary", twofactor.ScopeUsers, reports, func() error {
			_, err := m.users.Summary(m.ctx, c.real(), tenant, twofactor.SummaryQuery{})
			return err
		})
	case "events":
		read("events", twofactor.ScopeAdmin, reports, func() error {
			_, _, err := twofactor.NewEvents(m.deps).List(m.ctx, c.real(), tenant, twofactor.EventQuery{})
			return err
		})
	case "desk":
		read("desk", twofactor.ScopeAdmin, []twofactor.Permission{twofactor.PermResetsDecide}, func() error {
			_, _, err := m.resets.Requests(m.ctx, c.real(), tenant, twofactor.RequestQuery{})
			return err
		})
	case "policy":
		any := []twofactor.Permission{twofactor.PermPolicyWrite, twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff}
		read("policy", twofactor.ScopeAdmin, any, func() error { _, err := m.policies.Get(m.ctx, c.real(), tenant); return err })
	case "tenant":
		if t.deleting {
			return
		}
		read("tenant", twofactor.ScopeAdmin, reports, func() error { _, err := m.world.tenants.Get(m.ctx, c.real(), tenant); return err })
	}
}

// sameTenant compares the tenant and its policy.
func (m *machine) sameTenant(t *tenant) {
	m.t.Helper()
	reader := twofactor.Caller{Key: m.keys[0].real}
	saved, err := m.policies.Get(m.ctx, reader, t.id)
	m.same("the policy of "+t.id, text([]any{saved.Policy, saved.Number, err}), text([]any{t.policy, t.version, nil}))
	got, err := m.world.tenants.Get(m.ctx, reader, t.id)
	parent := ""
	if t.parent != nil {
		parent = t.parent.id
	}
	m.same("the tenant "+t.id, text([]any{got.ID, got.Name, got.Parent, err}), text([]any{t.id, t.name, parent, nil}))
}
