package model

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

// actEnroll is one step of an enrolment, in any order.
func (m *machine) actEnroll() {
	tok := m.aToken(login, selfService, link)
	for _, begun := range slices.Backward(m.tokens) {
		if m.here(begun) && m.lives(begun) && !m.oneIn(4, "another token") {
			tok = begun
			m.touched = append(m.touched, tok.user.tenant.id)
			break
		}
	}
	if tok == nil {
		return
	}
	p := tok.user.pending
	switch pick(m, "step", "begin", "confirm", "confirm", "complete", "mail", "mailbox", "all", "guess", "mails") {
	case "guess":
		for range 5 {
			m.confirm(tok, "000000")
			m.proveMailbox(tok, "012345")
		}
	case "mails":
		for range 6 {
			m.mailCode(tok)
			m.now = m.now.Add(pick(m, "pause", time.Minute, 59*time.Second))
		}
	case "begin":
		m.begin(tok, m.aProof(tok.user))
	case "mail":
		m.mailCode(tok)
	case "mailbox":
		m.proveMailbox(tok, m.aMailCode(tok))
	case "confirm":
		code := "123456"
		if p != nil && p.secret != nil {
			code = appCode(p.secret, stepOf(m.now)+pick(m, "steps", int64(0), 0, 0, 1, -1, 3))
		}
		m.confirm(tok, code)
	case "complete":
		m.complete(tok, !m.oneIn(4, "not saved"))
	case "all":
		m.enrolWith(tok)
	}
}

// actOwn is what people do with their own factor.
func (m *machine) actOwn() {
	tok := m.aToken(selfService)
	if tok == nil || m.oneIn(2, "a new token") {
		tenant, id := m.aTenant(), m.aPerson()
		if len(m.cookies) > 0 && m.oneIn(2, "who has a device") {
			u := m.cookies[len(m.cookies)-1].device.user
			tenant, id = u.tenant.id, u.id
			m.touched = append(m.touched, tenant)
		}
		tok = m.selfService(m.aKey(), tenant, id)
	}
	if tok == nil {
		return
	}
	switch pick(m, "own", "disable", "codes", "devices", "forget", "forget all") {
	case "disable":
		m.disable(tok, m.aProof(tok.user))
	case "codes":
		m.newBackupCodes(tok, m.aProof(tok.user))
	case "devices":
		m.listDevices(tok)
	case "forget":
		m.listDevices(tok)
		known := slices.DeleteFunc(slices.Clone(tok.user.devices), func(d *device) bool { return d.id == "" })
		if len(known) > 0 {
			m.forget(tok, pick(m, "device", known...))
		}
	case "forget all":
		m.forget(tok, nil)
	}
}

func (m *machine) actReset() {
	tenant, id := m.aTenant(), m.aPerson()
	if papers := m.tenants[tenant].papers; len(papers) > 0 && m.oneIn(2, "who asked") {
		id = papers[len(papers)-1].user.id
	}
	c := m.anActor(tenant)
	switch pick(m, "reset", "unlock", "unlock", "enroll", "none") {
	case "unlock":
		m.unlock(c, tenant, id)
	case "enroll":
		m.resetFactor(c, tenant, id, twofactor.ThenEnroll)
	case "none":
		m.resetFactor(c, tenant, id, twofactor.ThenNone)
	}
}

func (m *machine) actLink() {
	tenant := m.aTenant()
	tok := m.makeLink(m.anActor(tenant), tenant, m.aPerson(), pick(m, "deliver", twofactor.DeliverReturn, twofactor.DeliverEmail))
	if tok != nil && m.oneIn(2, "used at once") {
		m.enrolWith(tok)
	}
}

func (m *machine) actDesk() {
	tenant := m.aTenant()
	papers := m.tenants[tenant].papers
	if m.oneIn(20, "another tenant's") {
		papers = m.tenants["alone"].papers
	}
	if len(papers) == 0 {
		return
	}
	p := papers[len(papers)-1]
	if m.oneIn(4, "an older one") {
		p = pick(m, "request", papers...)
	}
	m.decideReset(m.anActor(tenant), tenant, p, m.oneIn(2, "approve"))
}

func (m *machine) actGate() {
	tenant, id := m.aTenant(), m.aPerson()
	switch rapid.IntRange(0, 4).Draw(m.t, "gate") {
	case 3:
		m.activate(m.aKey(), tenant, id, twofactor.ActivateNow)
	case 4:
		m.activate(m.aKey(), tenant, id, twofactor.ActivateLater)
	default:
		u := m.tenants[tenant].users[id]
		var shown *assertion
		for _, a := range slices.Backward(m.assertions) {
			if a.user == u && !m.oneIn(5, "an older session") {
				shown = a
				break
			}
		}
		m.check(m.aKey(), tenant, id, pick(m, "action", "take_control", "take_control", "look"), shown)
	}
}

func (m *machine) actRedeem() {
	if len(m.assertions) == 0 {
		return
	}
	a := m.assertions[len(m.assertions)-1]
	if m.oneIn(4, "an older assertion") {
		a = pick(m, "assertion", m.assertions...)
	}
	tenant := a.user.tenant.id
	if m.oneIn(10, "another tenant") {
		tenant = m.aTenant()
	}
	k := m.keys[0]
	for _, other := range m.keys {
		if other.audience == a.audience && !m.oneIn(8, "another audience") {
			k = other
		}
	}
	m.redeem(k, tenant, a)
}
