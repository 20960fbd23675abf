package model

import (
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

// somePeople are one to four of those who can ever be in a tenant.
func (m *machine) somePeople() []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(people), 1, 4, rapid.ID).Draw(m.t, "who")
}

func (m *machine) actBatch() {
	tenant := m.aTenant()
	c := call{key: m.aKey()}
	if m.oneIn(8, "named actor") {
		c = m.anActor(tenant)
	}
	m.putMany(c, tenant, m.aBatch(tenant))
}

// actPreview looks at a policy, and saves it half of the time: what the preview
// said must then be so.
func (m *machine) actPreview() {
	tenant := m.aTenant()
	c := m.anActor(tenant)
	wanted := m.aPolicy(m.tenants[tenant].policy)
	m.preview(c, tenant, wanted)
	if m.oneIn(2, "and saved") {
		m.putPolicy(c, tenant, wanted, m.tenants[tenant].version)
	}
}

func (m *machine) actRemind() {
	tenant := m.aTenant()
	c := m.anActor(tenant)
	for range pick(m, "times", 1, 2) {
		m.remind(c, tenant)
		m.now = m.now.Add(pick(m, "again after", 0, day-time.Second, day))
		c.at = m.now
	}
}

// sagaSwitch gives a role one permission over the policy, and lets a person of
// that role use it.
func (m *machine) sagaSwitch(c call, u *user) {
	t := u.tenant
	policy := m.onlyFor(t, "owner", pick(m, "only", twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff))
	policy.Permissions[twofactor.PermPolicyWrite] = []string{}
	policy.Mode = pick(m, "before", twofactor.ModeOff, twofactor.ModeAvailable, twofactor.ModeRequired)
	m.putPolicy(c, t.id, policy, t.version)
	m.putUser(c, t.id, entry{id: u.id, email: u.email(), name: u.name, role: "owner", signIn: u.signIn, active: true})
	wanted := t.policy
	wanted.Mode = pick(m, "after", twofactor.ModeAvailable, twofactor.ModeOff, twofactor.ModeRequired)
	if m.oneIn(4, "and more") {
		wanted.GraceDays = 5
	}
	by := m.by(c.key, t.id, u.id)
	m.preview(by, t.id, wanted)
	m.putPolicy(by, t.id, wanted, t.version)
}

// sagaGrace requires a factor of a tenant with some days to go, and lets the
// person put it off, at the gate and at login.
func (m *machine) sagaGrace(c call, u *user) {
	policy := u.tenant.policy
	policy.Mode, policy.Roles, policy.SSO = twofactor.ModeRequired, []string{"*"}, twofactor.SSONever
	policy.GraceDays, policy.MaxDeferrals = 7, pick(m, "deferrals", 3, 1, 10)
	m.putPolicy(c, u.tenant.id, policy, u.tenant.version)
	for range pick(m, "logins", 2, 4) {
		if m.user(u.ref()) != u {
			return
		}
		tok := m.login(m.keys[0], u.tenant.id, entry{id: u.id, noEmail: true, noName: true, noRole: true}, u.usual(), nil)
		if tok == nil {
			return
		}
		m.session(tok)
		m.putOff(tok)
		if m.oneIn(2, "twice") {
			m.now = m.now.Add(pick(m, "later", 0, day, 10*day))
			m.putOff(tok)
		}
		m.activate(m.keys[0], u.tenant.id, u.id, twofactor.ActivateLater)
		m.now = m.now.Add(pick(m, "days", day, 0, 2*day, 7*day))
	}
}
