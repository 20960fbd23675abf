package twofactor_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// JW-09: what is not an approval holds no assertion, and nothing else either.
func TestJW09ARefusedCodeAnswersNothingElse(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	spent := jane.code(r.clock(), -1)
	for _, in := range []twofactor.CodeInput{
		{Code: jane.wrong(r.clock()), RememberDevice: true}, {Code: spent}, {Code: "12345"},
		{Method: twofactor.MethodBackupCode, Code: "0000-0000-0000-0000-0000-0000"},
	} {
		answer, err := r.verify.Code(r.ctx, r.person(r.signIn(jane.ref).Login), in)
		if err == nil || !reflect.DeepEqual(answer, twofactor.VerifyAnswer{}) {
			t.Errorf("a refused code answered %+v", answer)
		}
	}
	if answer := r.signIn(jane.ref); answer.Assertion != "" {
		t.Error("a login that asks for a code holds an assertion")
	}
}

// JW-12: amr, acr and auth_time say what happened.
func TestJW12AnAssertionTellsTheTruth(t *testing.T) {
	type says struct {
		amr []string
		acr string
	}
	code := says{[]string{"otp", "mfa"}, "2fa"}
	for name, c := range map[string]struct {
		way  func(*rig, phone) twofactor.Secret
		want says
	}{
		"a code": {func(r *rig, p phone) twofactor.Secret {
			return r.approved(p, r.signIn(p.ref).Login, twofactor.MethodTOTP, p.code(r.clock()))
		}, code},
		"a backup code": {func(r *rig, p phone) twofactor.Secret {
			return r.approved(p, r.signIn(p.ref).Login, twofactor.MethodBackupCode, p.codes[3])
		}, says{[]string{"backup", "mfa"}, "2fa"}},
		"a step-up": {func(r *rig, p phone) twofactor.Secret {
			gate, err := r.verify.Check(r.ctx, r.platform(), p.ref, twofactor.CheckInput{Action: "take_control"})
			r.ok(err)
			return r.approved(p, gate.Login, twofactor.MethodTOTP, p.code(r.clock()))
		}, code},
		"a remembered device": {func(r *rig, p phone) twofactor.Secret {
			return r.signIn(p.ref, withDevice(r.remember(p))).Assertion
		}, says{[]string{"pwd", "device"}, "1fa"}},
		"single sign-on with evidence": {func(r *rig, p phone) twofactor.Secret {
			return r.signIn(p.ref, bySSO("hwk")).Assertion
		}, says{[]string{"sso", "mfa"}, "2fa"}},
		"single sign-on without": {func(r *rig, p phone) twofactor.Secret {
			r.policy("acme", func(p *twofactor.Policy) { p.SSO = twofactor.SSOTrusted })
			return r.signIn(p.ref, bySSO()).Assertion
		}, says{[]string{"sso"}, "1fa"}},
		"evidence that the policy does not trust": {func(r *rig, p phone) twofactor.Secret {
			r.policy("acme", func(p *twofactor.Policy) { p.SSO = twofactor.SSONever })
			return r.signIn(r.user("acme", "new"), bySSO("mfa")).Assertion
		}, says{[]string{"sso"}, "1fa"}},
		"nothing required": {func(r *rig, _ phone) twofactor.Secret {
			return r.signIn(r.user("acme", "new")).Assertion
		}, says{[]string{"pwd"}, "1fa"}},
		"put off": {func(r *rig, _ phone) twofactor.Secret {
			r.policy("acme", requiredWithGrace)
			answer, err := r.enroll.Defer(r.ctx, r.person(r.signIn(r.user("acme", "new")).Login))
			r.ok(err)
			return answer.Assertion
		}, says{[]string{"pwd"}, "1fa"}},
		"an enrolment": {func(r *rig, _ phone) twofactor.Secret {
			r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
			_, done := r.enrolWith(r.signIn(r.user("acme", "new")).Login)
			return done.Assertion
		}, code},
	} {
		t.Run(name, func(t *testing.T) {
			r, jane := enrolledRig(t, remember30)
			a := r.read(c.way(r, jane))
			if !slices.Equal(a.AMR, c.want.amr) || a.ACR != c.want.acr {
				t.Errorf("amr %v, acr %s; want %v, %s", a.AMR, a.ACR, c.want.amr, c.want.acr)
			}
			user := r.auth(a.Ref)
			if a.Audience != "dash" || a.Inc != user.Incarnation || a.Generation != user.Generation {
				t.Errorf("aud %s, inc %s, gen %d", a.Audience, a.Inc, a.Generation)
			}
			if a.ExpiresAt.Sub(a.IssuedAt) != 120*time.Second || a.AuthTime.After(a.IssuedAt) {
				t.Errorf("auth_time %v, iat %v, exp %v", a.AuthTime, a.IssuedAt, a.ExpiresAt)
			}
		})
	}
}

func requiredWithGrace(p *twofactor.Policy) {
	p.Mode, p.GraceDays, p.MaxDeferrals = twofactor.ModeRequired, 7, 3
}

func bySSO(amr ...string) func(*twofactor.LoginInput) {
	return func(in *twofactor.LoginInput) {
		in.First = twofactor.FirstFactor{Method: twofactor.SignInSSO, IDP: "idp", AMR: amr}
	}
}

func (r *rig) approved(_ phone, login twofactor.Secret, method twofactor.Method, code twofactor.Secret) twofactor.Secret {
	r.t.Helper()
	answer, err := r.codeAt(login, method, code)
	r.ok(err)
	return answer.Assertion
}

func TestJW12AuthTimeIsWhenTheLoginWasDecidedNotWhenTheCodeCame(t *testing.T) {
	r, jane := enrolledRig(t)
	decided := r.clock()
	answer := r.signIn(jane.ref)
	r.pass(5 * time.Minute)
	a := r.read(r.approved(jane, answer.Login, twofactor.MethodTOTP, jane.code(r.clock())))
	if !a.AuthTime.Equal(decided) || !a.IssuedAt.Equal(r.clock()) || a.LoginID != answer.LoginID {
		t.Errorf("auth_time %v, iat %v, jti %s", a.AuthTime, a.IssuedAt, a.LoginID)
	}
}

// JW-13: an assertion of an earlier factor, or of an earlier user of the same
// id, is worth nothing wherever the generation is looked at.
func TestJW13AnAssertionFromBeforeAFactorChangeIsRefused(t *testing.T) {
	for name, change := range map[string]func(*rig, phone){
		"a reset": func(r *rig, p phone) {
			_, err := twofactor.NewResets(r.deps).Reset(r.ctx, r.admin("acme"), p.ref, twofactor.ResetInput{Reason: "lost"})
			r.ok(err)
		},
		"switched off": func(r *rig, p phone) {
			_, err := r.enroll.Disable(r.ctx, r.person(r.selfService(p.ref)), twofactor.ProofInput{Code: p.code(r.clock())})
			r.ok(err)
		},
		"deleted and made again": func(r *rig, p phone) {
			r.ok(twofactor.NewUsers(r.deps).Delete(r.ctx, r.platform(), p.ref))
			r.user("acme", p.ref.User)
		},
		"not active": func(r *rig, p phone) {
			no := false
			in := entry(p.ref.User, twofactor.RoleUser)
			in.Active = &no
			_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", in)
			r.ok(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, jane := enrolledRig(t)
			assertion := r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock()))
			check := twofactor.CheckInput{Action: "take_control", Assertion: assertion}
			gate, err := r.verify.Check(r.ctx, r.platform(), jane.ref, check)
			r.ok(err)
			if gate.Decision != twofactor.DecisionAllow {
				t.Fatalf("before: the gate says %s", gate.Decision)
			}
			r.nextStep()
			change(r, jane)
			_, err = r.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: assertion})
			r.refused(err, twofactor.CodeUnauthenticated)
			gate, err = r.verify.Check(r.ctx, r.platform(), jane.ref, check)
			r.ok(err)
			if gate.Decision == twofactor.DecisionAllow {
				t.Error("after: the gate lets the session through")
			}
		})
	}
}

// RP-11 and the ends of an assertion's life (contract §3, redeem).
func TestAnAssertionIsRedeemedOnceInTimeByItsOwnAudience(t *testing.T) {
	r, jane := enrolledRig(t)
	r.tenant("other")
	redeem := func(c twofactor.Caller, tenant string, token twofactor.Secret) error {
		_, err := r.verify.Redeem(r.ctx, c, tenant, twofactor.RedeemInput{Assertion: token})
		return err
	}
	assertion := r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock()))
	other := twofactor.Caller{Key: r.newKey("elsewhere")}
	r.refused(redeem(other, "acme", assertion), twofactor.CodeUnauthenticated)
	r.refused(redeem(r.platform(), "other", assertion), twofactor.CodeUnauthenticated)
	r.refused(redeem(r.platform(), "acme", assertion+"x"), twofactor.CodeUnauthenticated)
	r.refused(redeem(r.platform(), "acme", r.signIn(jane.ref).Login), twofactor.CodeUnauthenticated)
	r.refused(redeem(r.platform(), "acme", ""), twofactor.CodeInvalid)

	won := 0
	for _, err := range parallel(20, func() error { return redeem(r.platform(), "acme", assertion) }) {
		if err == nil {
			won++
			continue
		}
		r.refused(err, twofactor.CodeAssertionUsed)
	}
	if won != 1 {
		t.Errorf("redeemed %d times", won)
	}
	for _, wait := range []time.Duration{119 * time.Second, 120 * time.Second} {
		r.nextStep()
		fresh := r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock()))
		r.pass(wait)
		err := redeem(r.platform(), "acme", fresh)
		if wait < 120*time.Second {
			r.ok(err)
			continue
		}
		r.refused(err, twofactor.CodeUnauthenticated)
	}
}

func TestTheGateBelievesASessionForItsHoursAndNotASecondLonger(t *testing.T) {
	r, jane := enrolledRig(t, func(p *twofactor.Policy) { p.SessionHours = 2 })
	check := twofactor.CheckInput{
		Action:    "take_control",
		Assertion: r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock())),
	}
	began := r.clock()
	for after, want := range map[time.Duration]twofactor.Decision{
		2*time.Hour - time.Second: twofactor.DecisionAllow, 2 * time.Hour: twofactor.DecisionVerify,
	} {
		r.moveTo(began.Add(after))
		gate, err := r.verify.Check(r.ctx, r.platform(), jane.ref, check)
		r.ok(err)
		if gate.Decision != want {
			t.Errorf("after %v: %s", after, gate.Decision)
		}
	}
	r.moveTo(began)
	joe := r.enrol(r.user("acme", "joe"))
	for name, c := range map[string]struct {
		caller twofactor.Caller
		ref    twofactor.Ref
		token  twofactor.Secret
	}{
		"another user's":     {r.platform(), joe.ref, check.Assertion},
		"another audience's": {twofactor.Caller{Key: r.newKey("elsewhere")}, jane.ref, check.Assertion},
		"unreadable":         {r.platform(), jane.ref, "x.y.z"},
		"missing":            {r.platform(), jane.ref, ""},
	} {
		gate, err := r.verify.Check(r.ctx, c.caller, c.ref, twofactor.CheckInput{Action: "take_control", Assertion: c.token})
		r.ok(err)
		if gate.Decision != twofactor.DecisionVerify || gate.Login == "" {
			t.Errorf("%s: %s", name, gate.Decision)
		}
	}
}
