package model

import (
	"time"

	"sallyport/shared/twofactor"
)

// code gives a code to a login.
func (m *machine) code(tok *token, p proof, remember bool) {
	u := tok.user
	want := m.opens(tok, twofactor.TokenLogin)
	var v verdict
	counted, right := false, false
	if len(want) == 0 {
		want, v = m.mayVerify(tok, p)
		counted = v.counted && len(want) == 1
		right = len(want) == 0
	}
	if !p.wellFormed() {
		// Nothing is looked at, and nothing charged.
		want, counted, right = append(want, twofactor.CodeInvalid), false, false
	}
	caller, err := m.person(tok)
	var got twofactor.VerifyAnswer
	if err == nil {
		got, err = m.verify.Code(m.ctx, caller, twofactor.CodeInput{Method: p.method, Code: twofactor.Secret(p.code), RememberDevice: remember})
	}
	done := m.agree(err, want, "code %s %s for %s", p.method, p.code, tok)
	switch {
	case counted:
		m.missed(u, tok, p)
		m.sameLeft(err, max(0, 5-u.factor.inARow))
		m.sameRetry(err, u.factor)
	case twofactor.CodeOf(err) == twofactor.CodeThrottled:
		m.sameRetry(err, u.factor)
	case done && right:
		m.approved(tok, p, v, got, remember)
	}
}

// mayVerify is what a code is refused with at login, in all its meanings.
func (m *machine) mayVerify(tok *token, p proof) (refusals, verdict) {
	u := tok.user
	if u.factor == nil {
		var r refusals
		r.add(tok.over(), twofactor.CodeLoginUsed)
		r.add(tok.era == u.era, twofactor.CodeNoFactor)
		return r, verdict{}
	}
	if u.resting() {
		r := refusals{twofactor.CodeNotAvailable}
		r.add(tok.over(), twofactor.CodeLoginUsed)
		return r, verdict{}
	}
	v := u.judge(p, m.now)
	if !tok.over() {
		return v.refusals, v
	}
	// An accepted code sent again is told so on any token; all else needs a
	// login that is open.
	if len(v.refusals) == 1 && v.refusals[0] == twofactor.CodeCodeReplayed {
		return v.refusals, v
	}
	return refusals{twofactor.CodeLoginUsed}, verdict{}
}

// missed counts a wrong code.
func (m *machine) missed(u *user, tok *token, p proof) {
	before := u.factor.disabled
	u.factor.miss(m.now)
	m.warn(u)
	if u.factor.disabled && !before {
		m.mail(twofactor.MailFactorDisabled, u.email())
	}
	m.tell(twofactor.EventCodeWrong, u.ref(), nil, tok.key, string(p.kind()))
}

func (m *machine) sameLeft(err error, left int) {
	m.t.Helper()
	var refusal *twofactor.Error
	if !asRefusal(err, &refusal) || refusal.AttemptsLeft == nil || *refusal.AttemptsLeft != left {
		m.t.Fatalf("the refusal %v should leave %d attempts", err, left)
	}
}

// sameRetry compares when it makes sense to try again.
func (m *machine) sameRetry(err error, f *factor) {
	m.t.Helper()
	var refusal *twofactor.Error
	if asRefusal(err, &refusal) {
		m.same("when to try again", refusal.RetryAt, f.retry(m.now))
	}
}

// approved is what a right code does at login.
func (m *machine) approved(tok *token, p proof, v verdict, got twofactor.VerifyAnswer, remember bool) {
	u := tok.user
	m.accept(u, p, v)
	if p.method == twofactor.MethodBackupCode && u.tenant.policy.Recovery == twofactor.RecoveryReset {
		u.newEra(nil)
		u.reset = true
		m.tell(twofactor.EventFactorReset, u.ref(), nil, tok.key, "")
		m.mail(twofactor.MailFactorRemoved, u.email())
		m.same("the result", got.Result, "factor_reset")
		m.same("the login", got.LoginID, tok.loginID)
		fresh := *tok
		fresh.secret, fresh.era, fresh.purpose, fresh.backup = got.Login, u.era, twofactor.PurposeLogin, true
		fresh.ends = m.now.Add(30 * time.Minute)
		m.tokens = append(m.tokens, &fresh)
		return
	}
	u.done.add(tok)
	m.tell(twofactor.EventCodeAccepted, u.ref(), nil, tok.key, string(p.kind()))
	m.same("the result", got.Result, "approved")
	m.same("the backup codes left", got.BackupCodesLeft, u.factor.backupsLeft())
	amr := []string{"otp", "mfa"}
	if p.method == twofactor.MethodBackupCode {
		amr = []string{"backup", "mfa"}
	}
	m.earn(tok, got.Assertion, amr)
	days := u.rememberDays()
	remembers := remember && p.method != twofactor.MethodBackupCode && days > 0
	m.same("a device was remembered", got.DeviceToken != "", remembers)
	if remembers {
		m.remember(tok, got, days)
	}
}

// remember keeps one more device; of more than three, the one used longest
// ago goes.
func (m *machine) remember(tok *token, got twofactor.VerifyAnswer, days int) {
	u := tok.user
	var standing []*device
	for _, d := range u.devices {
		if u.stands(d, m.now) {
			standing = append(standing, d)
		}
	}
	if len(standing) == 3 {
		oldest := 0
		for i, d := range standing {
			if d.used.Before(standing[oldest].used) {
				oldest = i
			}
		}
		standing = append(standing[:oldest], standing[oldest+1:]...)
	}
	d := &device{user: u, turn: 1, turned: m.now, made: m.now, used: m.now, ends: m.now.AddDate(0, 0, days)}
	u.devices = append(standing, d)
	m.cookies = append(m.cookies, &cookie{device: d, turn: 1, secret: got.DeviceToken})
	m.tell(twofactor.EventDeviceAdded, u.ref(), nil, tok.key)
	m.same("when the device ends", got.DeviceExpiresAt, d.ends)
}
