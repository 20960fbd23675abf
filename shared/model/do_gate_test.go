package model

import (
	"slices"
	"strconv"
	"time"

	"sallyport/shared/twofactor"
)

// check asks the gate for one action.
func (m *machine) check(k *key, tenant, id, action string, shown *assertion) *token {
	t := m.tenants[tenant]
	want := m.reaches(k, t, twofactor.ScopeLogin)
	want.add(len(want) == 0 && t.users[id] == nil, twofactor.CodeUserNotFound)
	in := twofactor.CheckInput{Action: action}
	if shown != nil {
		in.Assertion = shown.secret
	}
	got, err := m.verify.Check(m.ctx, call{key: k}.real(), twofactor.Ref{Tenant: tenant, User: id}, in)
	if !m.agree(err, want, "check %s of %s/%s showing %v", action, tenant, id, shown != nil) {
		return nil
	}
	u := t.users[id]
	a := m.gate(k, u, action, shown)
	m.same("the gate's decision", got.Decision, a.decision)
	switch a.decision {
	case twofactor.DecisionDeny:
		m.same("the gate's reason", text([]any{got.Reason, stamp(got.RetryAt)}), text([]any{a.reason, stamp(a.retry)}))
		return nil
	case twofactor.DecisionAllow:
		return nil
	}
	tok := &token{
		kind: twofactor.TokenLogin, secret: got.Login, user: u, era: u.era, key: k, loginID: got.LoginID,
		purpose: twofactor.PurposeStepUp, first: u.usual(), made: m.now, ends: m.now.Add(10 * time.Minute),
	}
	if a.decision == twofactor.DecisionEnroll {
		tok.purpose, tok.ends = twofactor.PurposeGateEnroll, m.now.Add(30*time.Minute)
		options := []string{"activate_now"}
		if u.laterLeft() > 0 {
			options = append(options, "activate_later")
		}
		m.same("the gate's options", text(got.Options), text(options))
		m.same("the gate's address", got.Email, u.trusted(m.now))
	}
	m.tokens = append(m.tokens, tok)
	return tok
}

// gate is contract §4.5.
func (m *machine) gate(k *key, u *user, action string, shown *assertion) answer {
	second := shown != nil && shown.two() && shown.user == u && shown.era == u.era && shown.audience == k.audience &&
		m.now.Sub(shown.made) < time.Duration(u.sessionHours())*time.Hour
	switch {
	case !u.active:
		return answer{decision: twofactor.DecisionDeny, reason: twofactor.ReasonUserInactive}
	case u.resting(), !slices.Contains(u.tenant.policy.ProtectedActions, action), second:
		return answer{decision: twofactor.DecisionAllow}
	case u.factor == nil:
		return answer{decision: twofactor.DecisionEnroll}
	}
	return u.askForCode(m.now)
}

// activate is the person's answer to the gate.
func (m *machine) activate(k *key, tenant, id, when string) {
	t := m.tenants[tenant]
	want := m.reaches(k, t, twofactor.ScopeLogin)
	var u *user
	if len(want) == 0 {
		u = t.users[id]
		want.add(u == nil, twofactor.CodeUserNotFound)
	}
	if u != nil {
		want.add(!u.active, twofactor.CodeForbidden)
		want.add(u.resting(), twofactor.CodeNotAvailable)
		want.add(u.factor != nil, twofactor.CodeFactorAlreadyActive)
		want.add(when == twofactor.ActivateLater && u.laterLeft() == 0, twofactor.CodeDeferralExhausted)
	}
	got, err := m.verify.Activate(m.ctx, call{key: k}.real(), twofactor.Ref{Tenant: tenant, User: id}, when)
	if !m.agree(err, want, "activate %s for %s/%s", when, tenant, id) {
		return
	}
	m.same("the session ends", got.EndSession, when == twofactor.ActivateNow)
	switch {
	case when == twofactor.ActivateLater:
		u.later++
		m.same("the deferrals left", got.DeferralsLeft, u.laterLeft())
		m.tell(twofactor.EventDeferred, u.ref(), nil, k, strconv.Itoa(u.laterLeft()))
	case !u.asked:
		u.asked = true
		m.tell(twofactor.EventActivationRequested, u.ref(), nil, k)
	}
}

// listDevices compares the remembered devices; forget takes one away, or all.
func (m *machine) listDevices(tok *token) {
	u, want := m.ownDevices(tok)
	caller, err := m.person(tok)
	var got []twofactor.DeviceView
	if err == nil {
		got, err = m.enroll.Devices(m.ctx, caller)
	}
	if !m.agree(err, want, "devices %s", tok) {
		return
	}
	standing := u.standing(m.now)
	m.same("how many devices there are", len(got), len(standing))
	for i, d := range standing {
		d.id = got[i].ID
		m.same("a device", text([]any{stamp(got[i].CreatedAt), stamp(got[i].LastUsedAt), stamp(got[i].ExpiresAt)}),
			text([]any{stamp(d.made), stamp(d.used), stamp(d.ends)}))
	}
}

func (m *machine) ownDevices(tok *token) (*user, refusals) {
	want := m.opens(tok, ownFactor...)
	want.add(len(want) == 0 && !m.servesOneself(tok), twofactor.CodeForbidden)
	return tok.user, want
}

func (u *user) standing(now time.Time) []*device {
	return slices.DeleteFunc(slices.Clone(u.devices), func(d *device) bool { return !u.stands(d, now) })
}

// forget removes one device, or all where it is nil.
func (m *machine) forget(tok *token, one *device) {
	u, want := m.ownDevices(tok)
	caller, err := m.person(tok)
	switch {
	case err != nil:
	case one == nil:
		err = m.enroll.RemoveDevices(m.ctx, caller)
	default:
		err = m.enroll.RemoveDevice(m.ctx, caller, one.id)
	}
	if !m.agree(err, want, "forget devices %s", tok) {
		return
	}
	left := slices.DeleteFunc(u.standing(m.now), func(d *device) bool { return one == nil || d == one })
	if len(left) < len(u.standing(m.now)) {
		u.devices = left
		m.tell(twofactor.EventDeviceRemoved, u.ref(), nil, tok.key, "owner")
	}
}
