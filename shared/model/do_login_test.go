package model

import (
	"fmt"
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

func text(v any) string { return fmt.Sprintf("%v", v) }

// device is a remembered device, cookie one of the tokens that it had.
type device struct {
	user               *user
	turn               int
	turned, made, used time.Time
	ends               time.Time
	id                 string
}

type cookie struct {
	device *device
	turn   int
	secret twofactor.Secret
}

// stands says whether a device is remembered now: the shorter of what was
// promised and what the policy allows now.
func (u *user) stands(d *device, now time.Time) bool {
	end := d.made.AddDate(0, 0, u.rememberDays())
	if d.ends.Before(end) {
		end = d.ends
	}
	return now.Before(end) && slices.Contains(u.devices, d)
}

// login asks what a login needs; it returns its token, if there is one.
func (m *machine) login(k *key, tenant string, in entry, first twofactor.FirstFactor, sent *cookie) *token {
	t, c := m.tenants[tenant], call{key: k}
	want := m.reaches(k, t, twofactor.ScopeLogin)
	var before, next *user
	if len(want) == 0 {
		before = t.users[in.id]
		next = before
		if k.has(twofactor.ScopeUsers) {
			in.signIn = first.Method
			next, want = m.keeps(c, t, in, false)
		} else if before == nil {
			want.add(true, twofactor.CodeUserNotFound)
		}
	}
	real := twofactor.LoginInput{User: in.profile(), First: first}
	if sent != nil {
		real.DeviceToken = sent.secret
	}
	got, err := m.verify.Login(m.ctx, call{key: k}.real(), tenant, real)
	if !m.agree(err, want, "login %s/%s by %s %v at %q with %v", tenant, in.id, first.Method, first.AMR, first.IDP, sent) {
		return nil
	}
	if k.has(twofactor.ScopeUsers) {
		m.keep(c, t, before, next)
	}
	u := t.users[in.id]
	used := m.shows(u, k, sent)
	a := u.decide(first, used != nil, m.now)
	m.sameAnswer(u, got, a)
	tok := &token{
		kind: twofactor.TokenLogin, secret: got.Login, user: u, era: u.era, key: k, loginID: got.LoginID,
		purpose: twofactor.PurposeLogin, first: first, made: m.now, ends: m.now.Add(10 * time.Minute),
	}
	if a.decision == twofactor.DecisionAllow {
		m.allowed(tok, a, got, used, sent)
		return nil
	}
	if a.decision == twofactor.DecisionEnroll {
		tok.ends = m.now.Add(30 * time.Minute)
	}
	m.same("when the login ends", got.ExpiresAt, tok.ends)
	m.tokens = append(m.tokens, tok)
	return tok
}

func (in entry) profile() twofactor.LoginUser {
	p := twofactor.LoginUser{ID: in.id}
	if !in.noEmail {
		p.Email = &in.email
	}
	if !in.noName {
		p.Name = &in.name
	}
	if !in.noRole {
		p.Role = &in.role
	}
	return p
}

// shows finds the device that a login's cookie stands for. One that was
// replaced more than 60 s ago, or two turns ago, takes the device away.
func (m *machine) shows(u *user, k *key, sent *cookie) *device {
	if sent == nil || sent.device.user != u || u.factor == nil || !u.stands(sent.device, m.now) {
		return nil
	}
	d := sent.device
	switch {
	case sent.turn == d.turn, sent.turn == d.turn-1 && m.now.Sub(d.turned) < time.Minute:
		return d
	}
	u.devices = slices.DeleteFunc(slices.Clone(u.devices), func(o *device) bool { return o == d })
	m.mail(twofactor.MailDeviceRemoved, u.email())
	m.tell(twofactor.EventDeviceRemoved, u.ref(), nil, k, "spent_token")
	return nil
}

// allowed checks what a login without a code got.
func (m *machine) allowed(tok *token, a answer, got twofactor.LoginAnswer, used *device, sent *cookie) {
	amr := []string{"pwd"}
	switch {
	case tok.first.Method == twofactor.SignInSSO && evidence(tok.first.AMR) && tok.user.trusts(tok.first):
		amr = []string{"sso", "mfa"}
	case tok.first.Method == twofactor.SignInSSO:
		amr = []string{"sso"}
	case a.reason == twofactor.ReasonDeviceRemembered:
		amr = []string{"pwd", "device"}
	}
	m.earn(tok, got.Assertion, amr)
	m.tell(twofactor.EventLoginAllowed, tok.user.ref(), nil, tok.key, string(a.reason))
	if a.reason != twofactor.ReasonDeviceRemembered {
		m.same("a device token where no device stood in", got.DeviceToken != "", false)
		return
	}
	if sent.turn == used.turn {
		used.turn++
		used.turned, used.used = m.now, m.now
	}
	m.same("when the device ends", got.DeviceExpiresAt, used.ends)
	m.cookies = append(m.cookies, &cookie{device: used, turn: used.turn, secret: got.DeviceToken})
}

// earn reads an assertion and keeps it.
func (m *machine) earn(tok *token, secret twofactor.Secret, amr []string) {
	m.t.Helper()
	read, err := m.deps.Assertions.ReadAssertion(m.ctx, secret)
	if err != nil {
		m.t.Fatalf("the assertion cannot be read: %v", err)
	}
	acr := "1fa"
	if slices.Contains(amr, "mfa") {
		acr = "2fa"
	}
	m.same("the assertion", text([]any{read.Ref, read.Audience, read.LoginID, read.AMR, read.ACR, stamp(read.AuthTime), stamp(read.ExpiresAt)}),
		text([]any{tok.user.ref(), tok.key.audience, tok.loginID, amr, acr, stamp(tok.made), stamp(m.now.Add(2 * time.Minute))}))
	m.assertions = append(m.assertions, &assertion{
		secret: secret, user: tok.user, era: tok.user.era, audience: tok.key.audience,
		loginID: tok.loginID, made: m.now, amr: amr,
	})
}

// sameAnswer compares what a login needs.
func (m *machine) sameAnswer(u *user, got twofactor.LoginAnswer, a answer) {
	m.t.Helper()
	m.same("the decision", text([]any{got.Decision, got.Reason}), text([]any{a.decision, a.reason}))
	left := 0
	if a.decision == twofactor.DecisionEnroll {
		left = u.laterLeft()
	}
	m.same("skippable, enrol by, deferrals", text([]any{got.Skippable, stamp(got.EnrollBy), got.DeferralsLeft}), text([]any{a.skip, stamp(a.by), left}))
	m.same("the methods", text(got.Methods), text(a.methods))
	m.same("when to try again", got.RetryAt, a.retry)
	request := "none"
	if u.openRequest(m.now) != nil {
		request = "pending"
	}
	m.same("the reset request", got.ResetRequest, request)
}

// current asks again what a token's login needs.
func (m *machine) current(tok *token) {
	want := m.opens(tok, twofactor.TokenLogin)
	want.add(len(want) == 0 && tok.over(), twofactor.CodeLoginUsed)
	caller, err := m.person(tok)
	var got twofactor.LoginAnswer
	if err == nil {
		got, err = m.verify.Current(m.ctx, caller)
	}
	if m.agree(err, want, "current %s", tok) {
		m.sameAnswer(tok.user, got, m.decides(tok))
	}
}

// person opens a token, as the door does.
func (m *machine) person(tok *token) (twofactor.Caller, error) {
	opened, err := m.people.Authenticate(m.ctx, tok.secret)
	return twofactor.Caller{Person: opened, IP: "198.51.100.9"}, err
}

func (tok *token) String() string {
	return fmt.Sprintf("%s %s of %s/%s made %s", tok.kind, tok.purpose, tok.user.tenant.id, tok.user.id, tok.made.Format("15:04:05"))
}

// selfService asks for a token for a person's own factor.
func (m *machine) selfService(k *key, tenant, id string) *token {
	t := m.tenants[tenant]
	want := m.reaches(k, t, twofactor.ScopeLogin)
	var tok *token
	if len(want) == 0 {
		if u := t.users[id]; u == nil {
			want.add(true, twofactor.CodeUserNotFound)
		} else {
			tok = &token{
				kind: twofactor.TokenSelfService, user: u, era: u.era, key: k, first: u.usual(),
				made: m.now, ends: m.now.Add(15 * time.Minute),
			}
			want.add(!u.active || !m.servesOneself(tok), twofactor.CodeForbidden)
			want.add(u.resting(), twofactor.CodeNotAvailable)
		}
	}
	got, err := m.verify.SelfService(m.ctx, call{key: k}.real(), twofactor.Ref{Tenant: tenant, User: id}, twofactor.SelfServiceInput{})
	if !m.agree(err, want, "self-service %s/%s", tenant, id) {
		return nil
	}
	tok.secret, tok.loginID = got.Token, got.LoginID
	m.tokens = append(m.tokens, tok)
	return tok
}

// redeem takes an assertion once.
func (m *machine) redeem(k *key, tenant string, a *assertion) {
	t := m.tenants[tenant]
	want := m.reaches(k, t, twofactor.ScopeLogin)
	if len(want) == 0 {
		u := a.user
		good := u.tenant == t && t.users[u.id] == u && u.active && a.era == u.era && a.audience == k.audience &&
			m.now.Before(a.made.Add(2*time.Minute))
		want.add(!good, twofactor.CodeUnauthenticated)
		want.add(m.redeemed[a.loginID], twofactor.CodeAssertionUsed)
	}
	got, err := m.verify.Redeem(m.ctx, call{key: k}.real(), tenant, twofactor.RedeemInput{Assertion: a.secret})
	if m.agree(err, want, "redeem of %s/%s", a.user.tenant.id, a.user.id) {
		m.redeemed[a.loginID] = true
		m.same("what was redeemed", text([]any{got.User, got.Tenant, got.LoginID, got.AMR}),
			text([]any{a.user.id, tenant, a.loginID, a.amr}))
	}
}
