package model

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

// people are all who can ever be in a tenant.
var people = []string{"root", "ann", "bob", "cid"}

func pick[T any](m *machine, what string, from ...T) T {
	// The place is drawn, not the value: a failure prints what is drawn.
	return from[rapid.IntRange(0, len(from)-1).Draw(m.t, what)]
}

// oneIn is true once in n times, and false in what a failure shrinks to.
func (m *machine) oneIn(n int, what string) bool {
	return rapid.IntRange(0, n-1).Draw(m.t, what) == n-1
}

// aTenant is mostly one of those that the story is about, so that things meet.
func (m *machine) aTenant() string {
	from := m.stage
	if m.oneIn(8, "off stage") {
		from = m.order
	}
	tenant := pick(m, "tenant", from...)
	m.touched = append(m.touched, tenant)
	return tenant
}

func (m *machine) aPerson() string {
	return pick(m, "person", "ann", "ann", "ann", "bob", "bob", "root", "root", "cid")
}

func (m *machine) aKey() *key {
	if m.oneIn(12, "another key") {
		return pick(m, "key", m.keys...)
	}
	return m.keys[0]
}

// anActor is a call on behalf of somebody, who mostly may do it.
func (m *machine) anActor(tenant string) call {
	where := tenant
	if p := m.tenants[tenant].parent; p != nil && m.oneIn(3, "by the parent") {
		where = p.id
	}
	c := m.by(m.aKey(), where, "root")
	switch rapid.IntRange(0, 19).Draw(m.t, "actor") {
	case 16:
		c = m.by(c.key, m.aTenant(), m.aPerson())
	case 17:
		c.actor = nil
	case 18:
		c.at = m.now.Add(pick(m, "age", -6*time.Minute, -5*time.Minute, time.Minute, 2*time.Minute))
	case 12, 13, 14, 15:
		c = m.by(c.key, where, m.aPerson())
	case 19:
		c.shown = nil
	}
	return c
}

func (m *machine) aFirst(u *user) twofactor.FirstFactor {
	first := twofactor.FirstFactor{Method: twofactor.SignInPassword}
	if sso := u != nil && u.signIn == twofactor.SignInSSO; sso != m.oneIn(6, "the other way in") {
		first = twofactor.FirstFactor{
			Method: twofactor.SignInSSO, IDP: pick(m, "idp", "", "corp"),
			AMR: pick(m, "amr", nil, []string{"pwd"}, []string{"mfa"}, []string{"pwd", "hwk"}),
		}
	}
	return first
}

func (m *machine) anEntry(id, tenant string) entry {
	in := entry{
		id: id, signIn: pick(m, "sign in", twofactor.SignInPassword, twofactor.SignInPassword, twofactor.SignInSSO),
		email: pick(m, "email", id+"@"+tenant+".example", id+"@home.example", "", "shared@"+tenant+".example"),
		role:  pick(m, "role", "user", "user", "admin", "owner", "super_admin"), active: !m.oneIn(6, "inactive"),
		name: pick(m, "name", "", "Name"),
	}
	if id == "root" && !m.oneIn(8, "root falls") {
		in.role, in.active = twofactor.RoleSuperAdmin, true
	}
	return in
}

// aToken is one of the last tokens; nil when there is none.
func (m *machine) aToken(kinds ...twofactor.TokenKind) *token {
	var fit []*token
	late := m.oneIn(8, "however old")
	for _, tok := range slices.Backward(m.tokens) {
		if slices.Contains(kinds, tok.kind) && len(fit) < 8 && (late || m.now.Before(tok.ends)) {
			fit = append(fit, tok)
		}
	}
	if m.oneIn(25, "a token of another kind") {
		fit = m.tokens
	}
	if len(fit) == 0 {
		return nil
	}
	tok := pick(m, "token", fit...)
	m.touched = append(m.touched, tok.user.tenant.id)
	return tok
}

// aProof is a code for a user's factor, right more often than not.
func (m *machine) aProof(u *user) proof {
	f := u.factor
	if f == nil {
		return proof{code: "123456"}
	}
	step := stepOf(m.now)
	switch rapid.IntRange(0, 15).Draw(m.t, "code") {
	case 8:
		return proof{code: appCode(f.secret, step+pick(m, "steps", int64(-1), 1, -2, 2, 5))}
	case 9:
		return proof{code: appCode(f.secret, f.lastStep)}
	case 10, 11:
		return m.backupProof(f)
	case 12, 13:
		return proof{method: twofactor.MethodTOTP, code: wrongCode(f.secret, m.now)}
	case 14:
		return proof{method: twofactor.MethodBackupCode, code: "0000-0000-0000-0000-0000-0000"}
	case 15:
		return pick(m, "shape", proof{code: "12345"}, proof{code: "12345a"}, proof{method: twofactor.MethodBackupCode, code: "0000"})
	}
	return proof{code: appCode(f.secret, step)}
}

func (m *machine) backupProof(f *factor) proof {
	if len(f.backup) == 0 {
		return proof{method: twofactor.MethodBackupCode, code: "0000-0000-0000-0000-0000-0001"}
	}
	code := pick(m, "backup code", f.backup...)
	for _, spent := range f.backup {
		if f.used[spent] && m.oneIn(2, "a spent one") {
			code = spent
		}
	}
	return proof{method: twofactor.MethodBackupCode, code: code}
}

// wrongCode is in no step near now.
func wrongCode(secret []byte, now time.Time) string {
	for _, code := range []string{"000000", "111111", "222222", "333333", "444444", "555555"} {
		if matches(secret, code, now, 2) == 0 {
			return code
		}
	}
	panic("six codes in a window of five steps")
}

// aPolicy is the tenant's policy with some members drawn anew.
func (m *machine) aPolicy(p twofactor.Policy) twofactor.Policy {
	for range rapid.IntRange(1, 4).Draw(m.t, "members") {
		m.changeMember(&p)
	}
	return p
}

func (m *machine) changeMember(p *twofactor.Policy) {
	switch pick(m, "member", "mode", "mode", "mode", "roles", "overrides", "self", "grace", "later", "sso", "idps",
		"email", "recovery", "codes", "remember", "skew", "session", "proof", "actions", "clients", "permissions") {
	case "mode":
		p.Mode = pick(m, "mode", twofactor.ModeRequired, twofactor.ModeAvailable, twofactor.ModeOff)
	case "roles":
		p.Roles = pick(m, "roles", []string{"*"}, []string{"admin", "super_admin"}, []string{"user"}, []string{})
	case "overrides":
		p.UserOverrides = pick(m, "overrides", twofactor.OverridesAllowed, twofactor.OverridesLocked)
	case "self":
		p.SelfService = pick(m, "self-service", true, false)
	case "grace":
		p.GraceDays = pick(m, "grace", 7, 0, 1, 30)
	case "later":
		p.MaxDeferrals = pick(m, "deferrals", 3, 0, 1, 10)
	case "sso":
		p.SSO = pick(m, "sso", twofactor.SSOTrustedWithAMR, twofactor.SSOTrusted, twofactor.SSONever)
	case "idps":
		p.IDPs = pick(m, "idps", []string{}, []string{"corp"}, []string{"other", "corp"}, []string{"other"})
	case "email":
		p.EmailVerification = pick(m, "verification", twofactor.EmailNever, twofactor.EmailAfterReset, twofactor.EmailAlways)
	case "recovery":
		p.Recovery = pick(m, "recovery", twofactor.RecoverySignIn, twofactor.RecoveryReset)
	case "codes":
		p.BackupCodes = pick(m, "backup codes", 3, 0, 1, 10)
	case "remember":
		p.RememberDeviceDays = pick(m, "remember", 30, 30, 0, 1)
	case "skew":
		p.SkewSteps = pick(m, "skew", 1, 0)
	case "session":
		p.SessionHours = pick(m, "session", 24, 1, 720)
	case "proof":
		p.AdminProof = pick(m, "proof", twofactor.ProofAttested, twofactor.ProofAttested, twofactor.ProofAssertion)
	case "actions":
		p.ProtectedActions = pick(m, "actions", []string{"take_control"}, []string{})
	case "clients":
		p.Clients = pick(m, "clients", twofactor.ClientsOwn, twofactor.ClientsRequired, twofactor.ClientsRequiredForAdmins)
	case "permissions":
		m.changePermission(p)
	}
}

func (m *machine) changePermission(p *twofactor.Policy) {
	next := map[twofactor.Permission][]string{}
	for permission, roles := range p.Permissions {
		next[permission] = roles
	}
	roles := pick(m, "roles that hold it", []string{"admin"}, []string{}, []string{"admin", "owner"})
	if m.oneIn(3, "every permission") {
		for permission := range next {
			next[permission] = roles
		}
	} else {
		next[pick(m, "permission", twofactor.AllPermissions...)] = roles
	}
	p.Permissions = next
}

// aJump is a time to pass: seconds to 40 days.
func (m *machine) aJump() time.Duration {
	return pick(m, "jump", 30*time.Second, time.Second, time.Minute, 5*time.Minute, 10*time.Minute, 15*time.Minute, time.Hour,
		12*time.Hour, day, 3*day, 7*day, 29*day, 30*day, 40*day)
}
