package model

import (
	"time"

	"sallyport/shared/twofactor"
)

// live is one person who signs in and does what is asked for.
func (m *machine) live() {
	tok := m.actLogin()
	if tok == nil {
		return
	}
	switch m.decides(tok).decision {
	case twofactor.DecisionVerify:
		m.now = m.now.Add(30 * time.Second)
		m.code(tok, m.aProof(tok.user), m.oneIn(2, "remember"))
	case twofactor.DecisionEnroll:
		if m.decides(tok).skip && m.oneIn(3, "later") {
			m.putOff(tok)
			return
		}
		m.enrolWith(tok)
	}
}

// comeBack is somebody whose device was remembered, with one of the tokens
// that it had.
func (m *machine) comeBack() {
	if len(m.cookies) == 0 {
		return
	}
	sent := m.cookies[max(0, len(m.cookies)-1-pick(m, "tokens before", 0, 0, 1, 2))]
	if m.oneIn(4, "an older token") {
		sent = pick(m, "device token", m.cookies...)
	}
	u := sent.device.user
	m.touched = append(m.touched, u.tenant.id)
	m.login(m.keys[0], u.tenant.id, entry{id: u.id, noEmail: true, noName: true, noRole: true}, m.aFirst(u), sent)
}

// settleIn is somebody who enrols, signs in and has the device remembered.
func (m *machine) settleIn() {
	tenant, id := m.aTenant(), m.aPerson()
	if tok := m.selfService(m.keys[0], tenant, id); tok != nil {
		m.enrolWith(tok)
	}
	m.now = m.now.Add(30 * time.Second)
	tok := m.login(m.keys[0], tenant, entry{id: id, noEmail: true, noName: true, noRole: true},
		twofactor.FirstFactor{Method: twofactor.SignInPassword}, nil)
	if tok != nil && tok.user.factor != nil {
		m.code(tok, proof{code: appCode(tok.user.factor.secret, stepOf(m.now))}, true)
	}
}

func (m *machine) enrolOneself() {
	if tok := m.selfService(m.aKey(), m.aTenant(), m.aPerson()); tok != nil {
		m.enrolWith(tok)
	}
}

// enrolWith goes all the way with one token, or stops somewhere.
func (m *machine) enrolWith(tok *token) {
	u := tok.user
	m.begin(tok, m.aProof(u))
	if !m.lives(tok) || m.oneIn(6, "stop after begin") {
		return
	}
	if u.pending.needs {
		m.mailCode(tok)
		m.proveMailbox(tok, m.aMailCode(tok))
	}
	if m.oneIn(8, "stop before confirm") {
		return
	}
	if m.lives(tok) && u.pending.secret != nil {
		m.confirm(tok, appCode(u.pending.secret, stepOf(m.now)))
	}
	m.complete(tok, !m.oneIn(8, "not saved"))
	if m.oneIn(5, "complete again") {
		m.now = m.now.Add(pick(m, "later", time.Second, time.Minute, 61*time.Second))
		m.complete(tok, true)
	}
}

func (m *machine) aMailCode(tok *token) string {
	if p := tok.user.pending; p != nil && p.code != "" && !m.oneIn(6, "wrong mail code") {
		return p.code
	}
	return "012345"
}
