package model

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

var login, selfService, link = twofactor.TokenLogin, twofactor.TokenSelfService, twofactor.TokenLink

// actions are what can happen next. Who lives on does several steps at once,
// so that stories come further than their beginning.
func (m *machine) actions() map[string]func(*rapid.T) {
	acts := map[string]func(){
		"pass":     func() { m.now = m.now.Add(m.aJump()) },
		"user":     m.actUser,
		"delete":   func() { m.deleteUser(call{key: m.aKey()}, m.aTenant(), m.aPerson()) },
		"tenant":   m.actTenant,
		"sweep":    m.sweep,
		"policy":   m.actPolicy,
		"policy 2": m.actPolicy,
		"require":  m.actRequire,
		"login":    func() { m.actLogin() },
		"login 2":  func() { m.actLogin() },
		"live":     m.live,
		"live 2":   m.live,
		"live 3":   m.live,
		"return":   m.comeBack,
		"saga":     m.saga,
		"saga 2":   m.saga,
		"saga 3":   m.saga,
		"settle":   m.settleIn,
		"enrol":    m.enrolOneself,
		"enrol 2":  m.enrolOneself,
		"code":     m.actCode,
		"guess":    m.guess,
		"step":     m.actEnroll,
		"step 2":   m.actEnroll,
		"own":      m.actOwn,
		"reset":    m.actReset,
		"link":     m.actLink,
		"ask":      func() { m.with(m.aToken(login), m.askReset) },
		"desk":     m.actDesk,
		"gate":     m.actGate,
		"redeem":   m.actRedeem,
		"current":  func() { m.with(m.aToken(login), m.current) },
		// The first by name comes more often than any other.
		"a rarity": m.actRare,
		"users":    m.actBatch,
		"list":     func() { m.listUsers(m.aTenant()) },
		"preview":  m.actPreview,
		"read":     m.actRead,
		"session":  func() { m.with(m.aToken(login, selfService, link), m.session) },
		"remind":   m.actRemind,
		"keys":     m.actKeys,
		"put off":  func() { m.with(m.aToken(login), m.putOff) },
	}
	wrapped := map[string]func(*rapid.T){"": func(t *rapid.T) { m.t = t; m.sameMails(); m.look(m.acts%10 == 0) }}
	for name, act := range acts {
		wrapped[name] = func(t *rapid.T) {
			m.t = t
			m.now = m.now.Add(time.Second)
			m.acts, m.touched = m.acts+1, nil
			act()
		}
	}
	return wrapped
}

func (m *machine) with(tok *token, act func(*token)) {
	if tok != nil {
		act(tok)
	}
}

func (m *machine) actUser() {
	tenant, id := m.aTenant(), m.aPerson()
	c := call{key: m.aKey()}
	if m.oneIn(8, "named actor") {
		c = m.anActor(tenant)
	}
	m.putUser(c, tenant, m.anEntry(id, tenant))
}

func (m *machine) actTenant() {
	switch rapid.IntRange(0, 5).Draw(m.t, "what of tenants") {
	case 0:
		m.actOther()
	case 1:
		if m.oneIn(4, "delete") {
			tenant := m.aTenant()
			for range pick(m, "times", 1, 2) {
				m.deleteTenant(m.anActor(tenant), tenant)
			}
		}
	default:
		tenant := m.aTenant()
		var parent *string
		if m.oneIn(3, "names a parent") {
			named := pick(m, "parent", "parent", "alone")
			parent = &named
			if named == tenant {
				parent = nil
			}
		}
		m.putTenant(m.anActor(tenant), tenant, pick(m, "tenant's name", "Name", "Another"), parent)
	}
}

// actOther makes one more tenant, or changes it, and lets it come on stage.
func (m *machine) actOther() {
	parent := pick(m, "parent", "parent", "alone", "client")
	other := m.tenants["other"]
	if other != nil && !other.gone {
		m.putTenant(m.anActor("other"), "other", "Other", nil)
		return
	}
	c, above := m.anActor(parent), &parent
	if m.oneIn(3, "no parent") {
		above = nil
	}
	m.putTenant(c, "other", "Other", above)
	if made := m.tenants["other"]; made != nil && !made.gone && m.oneIn(2, "on stage") {
		m.addRoot("other")
		m.stage = append(slices.Clone(m.stage), "other")
	}
}

func (m *machine) actPolicy() {
	tenant := m.aTenant()
	t := m.tenants[tenant]
	read := t.version
	if m.oneIn(15, "read too early") {
		read--
	}
	c, wanted := m.anActor(tenant), t.policy
	if m.oneIn(4, "only the switch") {
		wanted.Mode = pick(m, "mode", twofactor.ModeOff, twofactor.ModeAvailable, twofactor.ModeRequired)
		c = m.by(c.key, tenant, m.aPerson())
	} else {
		wanted = m.aPolicy(wanted)
	}
	m.putPolicy(c, tenant, wanted, read)
}

func (m *machine) actRequire() {
	tenant := m.aTenant()
	value := pick(m, "requirement", twofactor.RequirementRequired, twofactor.RequirementExempt, twofactor.RequirementInherit)
	var ends time.Time
	if m.oneIn(2, "with an end") {
		ends = m.now.Add(pick(m, "until", time.Hour, day, 10*day))
	}
	c := m.anActor(tenant)
	if m.oneIn(3, "many") {
		m.requireMany(c, tenant, m.somePeople(), value, ends)
		return
	}
	m.require(c, tenant, m.aPerson(), value, ends)
}

func (m *machine) actLogin() *token {
	tenant, id := m.aTenant(), m.aPerson()
	u := m.tenants[tenant].users[id]
	in := entry{id: id, noEmail: true, noName: true, noRole: true}
	if m.oneIn(6, "with an entry") {
		in = m.anEntry(id, tenant)
		in.noEmail, in.noName, in.noRole = m.oneIn(2, "no email"), m.oneIn(2, "no name"), m.oneIn(2, "no role")
	}
	return m.login(m.aKey(), tenant, in, m.aFirst(u), m.aCookie(u))
}

// aCookie is one of the device tokens that this person was given, or that of
// another one.
func (m *machine) aCookie(u *user) *cookie {
	var own []*cookie
	for _, c := range slices.Backward(m.cookies) {
		if c.device.user == u && len(own) < 4 {
			own = append(own, c)
		}
	}
	if m.oneIn(10, "a stranger's device") {
		own = m.cookies
	}
	if len(own) == 0 || m.oneIn(3, "no device token") {
		return nil
	}
	return pick(m, "device token", own...)
}

func (m *machine) actCode() {
	if tok := m.aToken(login); tok != nil {
		m.code(tok, m.aProof(tok.user), m.oneIn(2, "remember"))
	}
}

// guess is somebody who knows the password and tries codes.
func (m *machine) guess() {
	tenant, id := m.aTenant(), m.aPerson()
	u := m.tenants[tenant].users[id]
	if u == nil || u.factor == nil || m.tenants[tenant].deleting {
		return
	}
	m.wrongCodes(u, pick(m, "guesses", 3, 6, 6, 20, 60, 110), pick(m, "guessed", twofactor.MethodTOTP, twofactor.MethodBackupCode))
}
