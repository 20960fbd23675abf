package model

import (
	"strconv"

	"sallyport/shared/twofactor"
)

var ownFactor = []twofactor.TokenKind{twofactor.TokenSelfService}

// putOff is "activate later" at login.
func (m *machine) putOff(tok *token) {
	u := tok.user
	want := m.opens(tok, twofactor.TokenLogin)
	want.add(tok.purpose != twofactor.PurposeLogin, twofactor.CodeForbidden)
	again := len(want) == 0 && u.factor == nil && u.era == tok.era && u.done.knows(tok)
	a := m.decides(tok)
	if len(want) == 0 && !again {
		want.add(tok.over(), twofactor.CodeLoginUsed)
		want.add(a.decision != twofactor.DecisionEnroll, twofactor.CodeForbidden)
		want.add(a.decision == twofactor.DecisionEnroll && !a.skip, twofactor.CodeDeferralExhausted)
	}
	caller, err := m.person(tok)
	var got twofactor.DeferAnswer
	if err == nil {
		got, err = m.enroll.Defer(m.ctx, caller)
	}
	if !m.agree(err, want, "defer %s", tok) {
		return
	}
	if !again {
		u.later++
		u.done.add(tok)
		m.tell(twofactor.EventDeferred, u.ref(), nil, tok.key, strconv.Itoa(u.laterLeft()))
	}
	m.same("the deferrals left", got.DeferralsLeft, u.laterLeft())
	m.same("enrol by", got.EnrollBy, a.by)
	amr := []string{"pwd"}
	if tok.first.Method == twofactor.SignInSSO {
		amr = []string{"sso"}
		if evidence(tok.first.AMR) && u.trusts(tok.first) {
			amr = []string{"sso", "mfa"}
		}
	}
	m.earn(tok, got.Assertion, amr)
}

// ownCall is what the calls for one's own factor are refused with.
func (m *machine) ownCall(tok *token) refusals {
	u := tok.user
	want := m.opens(tok, ownFactor...)
	if len(want) == 0 {
		want.add(u.resting(), twofactor.CodeNotAvailable)
		want.add(!m.servesOneself(tok), twofactor.CodeForbidden)
		want.add(u.factor == nil, twofactor.CodeNoFactor)
	}
	return want
}

// disable switches one's own factor off.
func (m *machine) disable(tok *token, p proof) {
	u := tok.user
	want := m.ownCall(tok)
	want.add(len(want) == 0 && u.mustHave(m.now), twofactor.CodeRequiredByPolicy)
	m.withProof(tok, p, want, "disable", func(caller twofactor.Caller) error {
		_, err := m.enroll.Disable(m.ctx, caller, p.real())
		return err
	}, func() {
		u.newEra(nil)
		m.mail(twofactor.MailFactorRemoved, u.email())
		m.tell(twofactor.EventFactorRemoved, u.ref(), nil, tok.key)
	})
}

// newBackupCodes replaces the backup codes.
func (m *machine) newBackupCodes(tok *token, p proof) {
	u := tok.user
	var got []twofactor.Secret
	m.withProof(tok, p, m.ownCall(tok), "new backup codes", func(caller twofactor.Caller) (err error) {
		got, err = m.enroll.BackupCodes(m.ctx, caller, p.real())
		return err
	}, func() {
		u.factor.backup, u.factor.used = m.fresh(got, u), map[string]bool{}
		m.mail(twofactor.MailBackupCodesReplaced, u.email())
		m.tell(twofactor.EventBackupCodesReplaced, u.ref(), nil, tok.key)
	})
}

// withProof makes a call that a current code stands before.
func (m *machine) withProof(tok *token, p proof, want refusals, what string, real func(twofactor.Caller) error, then func()) {
	judges := len(want) == 0
	var j judged
	if judges {
		j = tok.user.judged(p, m.now)
		want = j.refusals
	}
	caller, err := m.person(tok)
	if err == nil {
		err = real(caller)
	}
	done := m.agree(err, want, "%s with %q %s", what, p.code, tok)
	if judges {
		m.proved(tok, p, j)
	}
	if done {
		then()
	}
}
