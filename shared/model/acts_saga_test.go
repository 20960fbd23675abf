package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// saga is a piece of one person's life, in which everybody who acts may do it
// and codes are right: what happens meets what happened just before.
func (m *machine) saga() {
	tenant, id := m.aTenant(), m.aPerson()
	key := m.keys[0]
	for range pick(m, "length", 6, 3, 9, 12) {
		c := m.by(key, tenant, "root")
		if id == "root" {
			c = m.by(key, tenant, "ann")
		}
		u := m.user(twofactor.Ref{Tenant: tenant, User: id})
		if u == nil || m.tenants[tenant].deleting {
			m.putUser(c, tenant, m.anEntry(id, tenant))
			continue
		}
		if !m.sagaAlone(u) {
			m.sagaByOthers(c, u)
		}
		m.now = m.now.Add(pick(m, "gap", time.Second, time.Second, 30*time.Second, 59*time.Second, time.Minute, 61*time.Second,
			time.Hour, 12*time.Hour, day, 71*time.Hour, 72*time.Hour))
		m.look(false)
	}
}

// sagaAlone is what the person does; false when it is others' turn.
func (m *machine) sagaAlone(u *user) bool {
	tenant, key := u.tenant.id, m.keys[0]
	switch pick(m, "alone", "others", "others", "login", "login", "enrol", "token", "token", "disable", "codes", "now", "later", "gate", "return") {
	case "login":
		m.sagaLogin(u)
	case "enrol":
		m.with(m.selfService(key, tenant, u.id), m.enrolWith)
	case "token":
		m.sagaToken(u)
	case "disable":
		m.with(m.selfService(key, tenant, u.id), func(tok *token) { m.disable(tok, m.rightProof(u)) })
	case "codes":
		m.with(m.selfService(key, tenant, u.id), func(tok *token) { m.newBackupCodes(tok, m.rightProof(u)) })
	case "now":
		m.activate(key, tenant, u.id, twofactor.ActivateNow)
	case "later":
		m.activate(key, tenant, u.id, twofactor.ActivateLater)
	case "gate":
		m.with(m.check(key, tenant, u.id, "take_control", m.lastAssertion(u)), m.current)
	case "return":
		m.sagaReturn(u)
	default:
		return false
	}
	return true
}

func (m *machine) lastAssertion(u *user) *assertion {
	for _, a := range slices.Backward(m.assertions) {
		if a.user == u {
			return a
		}
	}
	return nil
}

// rightProof is a code that the app has not shown before, or a backup code.
func (m *machine) rightProof(u *user) proof {
	if u.factor == nil {
		return proof{code: "123456"}
	}
	if m.oneIn(4, "by backup code") {
		return m.backupProof(u.factor)
	}
	if stepOf(m.now) <= u.factor.lastStep {
		m.now = m.now.Add(time.Minute)
	}
	return proof{code: appCode(u.factor.secret, stepOf(m.now))}
}

func (m *machine) sagaLogin(u *user) {
	tok := m.login(m.keys[0], u.tenant.id, entry{id: u.id, noEmail: true, noName: true, noRole: true}, u.usual(), nil)
	if tok == nil {
		return
	}
	switch m.decides(tok).decision {
	case twofactor.DecisionVerify, twofactor.DecisionDeny:
		if m.oneIn(4, "ask for a reset") {
			m.askReset(tok)
			return
		}
		m.code(tok, m.rightProof(u), true)
	case twofactor.DecisionEnroll:
		if m.oneIn(3, "later") {
			m.putOff(tok)
			return
		}
		m.enrolWith(tok)
	}
}

// sagaReturn comes back with one device token, and with it once more.
func (m *machine) sagaReturn(u *user) {
	sent := m.aCookie(u)
	for range 3 {
		if sent == nil || m.user(u.ref()) != u {
			return
		}
		m.login(m.keys[0], u.tenant.id, entry{id: u.id, noEmail: true, noName: true, noRole: true}, m.aFirst(u), sent)
		m.now = m.now.Add(pick(m, "again after", time.Second, 59*time.Second, time.Minute, 90*time.Second))
	}
}

// sagaToken uses the last token that was made for the person once more.
func (m *machine) sagaToken(u *user) {
	for _, tok := range slices.Backward(m.tokens) {
		if tok.user != u || m.oneIn(4, "not the last one") {
			continue
		}
		switch tok.kind {
		case login:
			m.session(tok)
			m.current(tok)
			m.putOff(tok)
		case selfService:
			m.listDevices(tok)
		}
		m.enrolWith(tok)
		return
	}
}

// sagaByOthers is what administrators and the platform do to the person.
func (m *machine) sagaByOthers(c call, u *user) {
	tenant := u.tenant.id
	switch pick(m, "others", "policy", "require", "link", "reset", "user", "policy above", "exempt", "delete", "redeem", "decide", "unlock", "switch", "grace", "remind", "desk", "desk", "locked") {
	case "policy":
		m.putPolicy(c, tenant, m.aPolicy(u.tenant.policy), u.tenant.version)
	case "policy above":
		if above := u.tenant.parent; above != nil {
			m.putPolicy(m.by(c.key, above.id, "root"), above.id, m.aPolicy(above.policy), above.version)
		}
	case "require":
		m.require(c, tenant, u.id, twofactor.RequirementRequired, m.now.Add(30*day))
		if m.oneIn(2, "another end") {
			m.now = m.now.Add(time.Second)
			m.require(c, tenant, u.id, twofactor.RequirementRequired, m.now.Add(40*day))
		}
	case "exempt":
		m.require(c, tenant, u.id, twofactor.RequirementExempt, time.Time{})
		if m.oneIn(3, "then the policy leaves no choice") {
			locked := u.tenant.policy
			locked.Mode, locked.UserOverrides, locked.Roles = twofactor.ModeRequired, twofactor.OverridesLocked, []string{"*"}
			m.putPolicy(c, tenant, locked, u.tenant.version)
		}
	case "link":
		tok := m.makeLink(c, tenant, u.id, pick(m, "deliver", twofactor.DeliverReturn, twofactor.DeliverEmail))
		if tok != nil && m.oneIn(2, "after something else") {
			m.sagaByOthers(c, u)
			m.enrolWith(tok)
		}
	case "reset":
		m.resetFactor(c, tenant, u.id, pick(m, "then", twofactor.ThenEnroll, twofactor.ThenNone))
	case "desk":
		m.sagaDesk(c, u)
	case "locked":
		m.sagaLocked(c, u)
	case "switch":
		m.sagaSwitch(c, u)
	case "grace":
		m.sagaGrace(c, u)
	case "remind":
		m.remind(c, tenant)
	case "unlock":
		m.unlock(c, tenant, u.id)
	case "user":
		in := m.anEntry(u.id, tenant)
		in.signIn, in.role = u.signIn, u.role
		m.putUser(c, tenant, in)
	case "delete":
		m.deleteUser(call{key: c.key}, tenant, u.id)
	case "redeem":
		m.sagaRedeem(c, u)
	case "decide":
		if papers := u.tenant.papers; len(papers) > 0 {
			m.decideReset(c, tenant, papers[len(papers)-1], m.oneIn(2, "approve"))
		}
	}
}
