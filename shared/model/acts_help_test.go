package model

import (
	"time"

	"sallyport/shared/twofactor"
)

// signsIn signs the person in by his usual way, and nothing more.
func (m *machine) signsIn(u *user) *token {
	if m.user(u.ref()) != u {
		return nil
	}
	return m.login(m.keys[0], u.tenant.id, entry{id: u.id, noEmail: true, noName: true, noRole: true}, u.usual(), nil)
}

// sagaDesk is somebody who asks for a reset, and what can become of that.
func (m *machine) sagaDesk(c call, u *user) {
	tok := m.signsIn(u)
	if tok == nil {
		return
	}
	m.askReset(tok)
	for range 2 {
		m.now = m.now.Add(pick(m, "asked before", time.Second, time.Hour, 7*day-time.Second, 7*day))
		c.at = m.now
		switch pick(m, "at the desk", "approve", "deny", "code", "reset", "again", "enrol", "unlock") {
		case "approve", "deny":
			if papers := u.tenant.papers; len(papers) > 0 {
				m.decideReset(c, u.tenant.id, papers[len(papers)-1], m.oneIn(2, "approve"))
			}
		case "code":
			m.with(m.signsIn(u), func(tok *token) { m.code(tok, m.rightProof(u), false) })
		case "reset":
			m.resetFactor(c, u.tenant.id, u.id, twofactor.ThenEnroll)
		case "again":
			m.with(m.signsIn(u), m.askReset)
		case "enrol":
			m.with(m.signsIn(u), m.enrolWith)
		case "unlock":
			m.unlock(c, u.tenant.id, u.id)
		}
	}
}

// sagaLocked is somebody whose factor wrong codes have locked, and what helps.
func (m *machine) sagaLocked(c call, u *user) {
	m.wrongCodes(u, pick(m, "wrong codes", 5, 4, 9, 20, 50, 100), twofactor.MethodTOTP)
	for range pick(m, "turns", 2, 4) {
		m.now = m.now.Add(pick(m, "after", time.Second, time.Minute, time.Hour, day, 29*day))
		c.at = m.now
		switch pick(m, "help", "code", "unlock", "gate", "ask", "wrong again", "own") {
		case "code":
			m.with(m.signsIn(u), func(tok *token) {
				m.session(tok)
				m.code(tok, m.rightProof(u), true)
			})
		case "unlock":
			m.unlock(c, u.tenant.id, u.id)
		case "gate":
			m.check(m.keys[0], u.tenant.id, u.id, "take_control", nil)
		case "ask":
			m.with(m.signsIn(u), m.askReset)
		case "wrong again":
			m.wrongCodes(u, pick(m, "more wrong codes", 1, 5, 30), twofactor.MethodBackupCode)
		case "own":
			m.with(m.selfService(m.keys[0], u.tenant.id, u.id), func(tok *token) { m.begin(tok, m.rightProof(u)) })
		}
	}
}

// wrongCodes gives wrong codes one after the other, each when the pause of the
// last one is over.
func (m *machine) wrongCodes(u *user, n int, method twofactor.Method) {
	p := proof{method: method, code: "0000-0000-0000-0000-0000-0000"}
	for range n {
		if m.user(u.ref()) != u || u.factor == nil || u.tenant.deleting {
			return
		}
		if u.factor.pause.After(m.now) {
			m.now = u.factor.pause
		}
		if method == twofactor.MethodTOTP {
			p.code = wrongCode(u.factor.secret, m.now)
		}
		tok := m.login(m.keys[1], u.tenant.id, entry{id: u.id}, twofactor.FirstFactor{Method: twofactor.SignInPassword}, nil)
		if tok == nil {
			return
		}
		m.code(tok, p, false)
	}
}

// sagaRedeem takes the last assertion of the person twice.
func (m *machine) sagaRedeem(c call, u *user) {
	m.sagaLogin(u)
	a := m.lastAssertion(u)
	for range 2 {
		if a != nil {
			m.redeem(c.key, u.tenant.id, a)
			m.now = m.now.Add(pick(m, "redeemed again after", time.Second, 119*time.Second, 2*time.Minute))
		}
	}
}
