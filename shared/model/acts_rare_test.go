package model

import (
	"time"

	"sallyport/shared/twofactor"
)

// actRare is a piece of life that chance alone hardly puts together.
func (m *machine) actRare() {
	tenant, id := m.aTenant(), m.aPerson()
	u := m.user(twofactor.Ref{Tenant: tenant, User: id})
	if u == nil || u.tenant.deleting {
		return
	}
	c := m.by(m.keys[0], tenant, "root")
	if id == "root" {
		c = m.by(m.keys[0], tenant, "ann")
	}
	switch pick(m, "rarity", "asserted", "many logins", "devices", "old token", "mail guesses", "helper's link", "twins", "step-up", "unlocked twice") {
	case "asserted":
		m.asserted(c, u)
	case "devices":
		m.manyDevices(c, u)
	case "many logins":
		m.manyLogins(u)
	case "old token":
		m.oldToken(c, u)
	case "mail guesses":
		m.guessMailCodes(u)
	case "helper's link":
		m.helpersLink(c, u)
	case "twins":
		m.twins(c, u)
	case "step-up":
		m.staleStepUp(c, u)
	case "unlocked twice":
		m.unlockedTwice(c, u)
	}
}

// asserted lets an administrator show assertions with and without a second
// factor, where his tenant or its client asks for them.
func (m *machine) asserted(c call, u *user) {
	t := u.tenant
	if t.parent != nil && m.oneIn(2, "by the parent") {
		t = t.parent
	}
	root := m.user(twofactor.Ref{Tenant: t.id, User: "root"})
	if root == nil || root == u {
		return
	}
	m.with(m.selfService(c.key, t.id, "root"), m.enrolWith)
	asking := pick(m, "who asks", t, u.tenant)
	policy := asking.policy
	policy.AdminProof, policy.RememberDeviceDays = twofactor.ProofAssertion, 30
	m.putPolicy(m.by(c.key, asking.id, "root"), asking.id, policy, asking.version)
	for range 3 {
		m.now = m.now.Add(pick(m, "waits", time.Second, time.Minute, 6*time.Minute, 12*time.Hour))
		if m.oneIn(2, "by device") {
			m.sagaReturn(root)
		} else {
			m.with(m.signsIn(root), func(tok *token) { m.code(tok, m.rightProof(root), true) })
		}
		by := m.by(c.key, t.id, "root")
		by.shown = m.lastAssertion(root)
		m.require(by, u.tenant.id, u.id, twofactor.RequirementRequired, time.Time{})
		m.remind(by, u.tenant.id)
	}
}

// manyDevices remembers more devices than there may be, and comes back with
// them, also after the policy allows less.
func (m *machine) manyDevices(c call, u *user) {
	policy := u.tenant.policy
	policy.RememberDeviceDays = 30
	m.putPolicy(c, u.tenant.id, policy, u.tenant.version)
	for range 5 {
		m.with(m.signsIn(u), func(tok *token) { m.code(tok, m.rightProof(u), true) })
		m.now = m.now.Add(pick(m, "between", time.Minute, time.Hour, day))
		m.sagaReturn(u)
	}
	policy.RememberDeviceDays = pick(m, "days", 1, 0, 30)
	c.at = m.now
	m.putPolicy(c, u.tenant.id, policy, u.tenant.version)
	m.sagaReturn(u)
	m.with(m.selfService(m.keys[0], u.tenant.id, u.id), m.listDevices)
}

// manyLogins begins several logins, does them, and comes back with each.
func (m *machine) manyLogins(u *user) {
	var begun []*token
	for range 6 {
		if tok := m.signsIn(u); tok != nil {
			begun = append(begun, tok)
		}
		m.now = m.now.Add(time.Second)
	}
	for range 2 {
		for _, tok := range begun {
			if m.user(u.ref()) == u && u.factor != nil {
				m.now = m.now.Add(30 * time.Second)
				m.code(tok, proof{code: appCode(u.factor.secret, stepOf(m.now))}, false)
			}
			m.current(tok)
		}
	}
}

// oldToken resets a factor under a self-service token, in the midst of its
// enrolment.
func (m *machine) oldToken(c call, u *user) {
	tok := m.selfService(m.keys[0], u.tenant.id, u.id)
	if tok == nil {
		return
	}
	m.begin(tok, m.rightProof(u))
	m.resetFactor(c, u.tenant.id, u.id, pick(m, "then", twofactor.ThenEnroll, twofactor.ThenNone))
	m.session(tok)
	m.enrolWith(tok)
	m.newBackupCodes(tok, m.rightProof(u))
}

// guessMailCodes gives wrong codes for the mailbox until the enrolment ends.
func (m *machine) guessMailCodes(u *user) {
	tok := m.selfService(m.keys[0], u.tenant.id, u.id)
	if tok == nil {
		return
	}
	m.begin(tok, m.rightProof(u))
	m.mailCode(tok)
	for range 5 {
		m.proveMailbox(tok, "012345")
	}
	if m.oneIn(2, "and begins again") {
		m.now = m.now.Add(time.Minute)
		m.enrolWith(tok)
	}
}

// helpersLink is a link by somebody who may only make links.
func (m *machine) helpersLink(c call, u *user) {
	policy := m.onlyFor(u.tenant, "owner", twofactor.PermLinksWrite)
	m.putPolicy(c, u.tenant.id, policy, u.tenant.version)
	m.putUser(c, u.tenant.id, entry{id: "cid", email: "cid@home.example", role: "owner", signIn: twofactor.SignInPassword, active: true})
	m.with(m.makeLink(m.by(c.key, u.tenant.id, "cid"), u.tenant.id, u.id, twofactor.DeliverReturn), m.enrolWith)
}

// onlyFor is the policy with one permission for one role, and for no other.
func (m *machine) onlyFor(t *tenant, role string, permission twofactor.Permission) twofactor.Policy {
	policy := t.policy
	policy.Permissions = map[twofactor.Permission][]string{}
	for each, roles := range t.policy.Permissions {
		policy.Permissions[each] = roles
	}
	policy.Permissions[permission] = []string{role}
	return policy
}

// twins are two accounts with one mailbox, one of which asks.
func (m *machine) twins(c call, u *user) {
	m.with(m.signsIn(u), m.askReset)
	by := m.user(*c.actor)
	if by == nil {
		return
	}
	m.putUser(c, u.tenant.id, entry{id: u.id, email: by.email(), role: u.role, signIn: u.signIn, active: true})
	m.resetFactor(c, u.tenant.id, u.id, twofactor.ThenEnroll)
	m.require(c, u.tenant.id, u.id, twofactor.RequirementExempt, time.Time{})
	if papers := u.tenant.papers; len(papers) > 0 {
		m.decideReset(c, u.tenant.id, papers[len(papers)-1], true)
	}
}

// unlockedTwice gives wrong codes and is unlocked, within a day: only once does
// an unlock clear the long counters.
func (m *machine) unlockedTwice(c call, u *user) {
	for range 3 {
		m.wrongCodes(u, 11, twofactor.MethodTOTP)
		c.at = m.now
		m.unlock(c, u.tenant.id, u.id)
	}
	m.with(m.signsIn(u), m.current)
}

// staleStepUp is a step-up whose factor, or policy, is another one by then.
func (m *machine) staleStepUp(c call, u *user) {
	tok := m.check(m.keys[0], u.tenant.id, u.id, "take_control", nil)
	if tok == nil {
		return
	}
	switch pick(m, "meanwhile", "reset", "off", "backup code") {
	case "reset":
		m.resetFactor(c, u.tenant.id, u.id, twofactor.ThenNone)
	case "off":
		policy := u.tenant.policy
		policy.Mode = twofactor.ModeOff
		m.putPolicy(c, u.tenant.id, policy, u.tenant.version)
	case "backup code":
		if u.factor != nil {
			m.code(tok, m.backupProof(u.factor), false)
		}
	}
	m.session(tok)
	m.current(tok)
	m.enrolWith(tok)
	m.askReset(tok)
}
