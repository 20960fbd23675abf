package model

import (
	"slices"

	"sallyport/shared/twofactor"
)

// session asks who a token is for, what it may do and which policy applies.
func (m *machine) session(tok *token) {
	u := tok.user
	want := m.opens(tok, anyToken...)
	want.add(len(want) == 0 && tok.over(), twofactor.CodeLoginUsed)
	caller, err := m.person(tok)
	var got twofactor.SessionAnswer
	if err == nil {
		got, err = m.verify.Session(m.ctx, caller)
	}
	if !m.agree(err, want, "session %s", tok) {
		return
	}
	m.same("whose session it is", text([]any{got.Kind, got.Ref, got.LoginID, stamp(got.ExpiresAt), got.TenantName}),
		text([]any{tok.kind, u.ref(), tok.loginID, stamp(tok.ends), u.tenant.name}))
	may := slices.Sorted(slices.Values(got.May))
	m.same("what the session may do", text(may), text(m.may(tok)))
	m.same("the state in the session", text([]any{got.User.State, got.User.Required}),
		text([]any{u.state(m.now), u.mustHave(m.now) || u.state(m.now) == twofactor.StatePending}))
	p := got.Policy
	deferrals := u.least(func(p twofactor.Policy) int { return p.MaxDeferrals })
	grace := u.least(func(p twofactor.Policy) int { return p.GraceDays })
	m.same("the policy of the session", text([]any{p.RememberDeviceDays, p.SkewSteps, p.SessionHours, p.MaxDeferrals, p.GraceDays, p.BackupCodes}),
		text([]any{u.rememberDays(), u.skew(), u.sessionHours(), deferrals, grace, u.tenant.policy.BackupCodes}))
	for _, first := range everyFirst {
		m.same("whether the session's policy trusts SSO", trusts(p, first), u.trusts(first))
	}
}

// everyFirst are the ways in by SSO that a policy tells apart.
var everyFirst = []twofactor.FirstFactor{
	{Method: twofactor.SignInSSO}, {Method: twofactor.SignInSSO, IDP: "corp"},
	{Method: twofactor.SignInSSO, AMR: []string{"otp"}}, {Method: twofactor.SignInSSO, IDP: "corp", AMR: []string{"otp"}},
}

// may is what a token is good for now, sorted.
func (m *machine) may(tok *token) []string {
	u, may := tok.user, []string{}
	switch {
	case u.resting():
	case tok.kind == twofactor.TokenLink, tok.kind == twofactor.TokenSelfService && u.factor == nil && m.servesOneself(tok):
		may = []string{"enroll"}
	case tok.kind == twofactor.TokenSelfService && m.servesOneself(tok):
		may = []string{"change_device", "manage_devices", "replace_backup_codes"}
		if !u.mustHave(m.now) {
			may = append(may, "disable")
		}
	case tok.kind == twofactor.TokenLogin:
		may = m.mayAtLogin(tok)
	}
	slices.Sort(may)
	return may
}

func (m *machine) mayAtLogin(tok *token) []string {
	switch a := m.decides(tok); a.decision {
	case twofactor.DecisionVerify, twofactor.DecisionDeny:
		if len(a.methods) > 0 {
			return []string{"request_reset", "verify"}
		}
		return []string{"request_reset"}
	case twofactor.DecisionEnroll:
		if a.skip {
			return []string{"defer", "enroll"}
		}
		return []string{"enroll"}
	}
	return []string{}
}
