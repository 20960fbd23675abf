package twofactor_test

import (
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestARequiredFactorIsNotSwitchedOffAndItsCodeNotJudged(t *testing.T) {
	r, jane := enrolledRig(t)
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
	version := r.auth(jane.ref).Version
	for _, code := range []twofactor.Secret{jane.code(r.clock()), jane.wrong(r.clock())} {
		_, err := r.enroll.Disable(r.ctx, r.person(r.selfService(jane.ref)), twofactor.ProofInput{Code: code})
		r.refused(err, twofactor.CodeRequiredByPolicy)
	}
	if r.auth(jane.ref).Version != version {
		t.Error("the code was judged")
	}
}

func TestSwitchingOffForgetsFactorCodesAndDevices(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	device := r.remember(jane)
	view, err := r.enroll.Disable(r.ctx, r.person(r.selfService(jane.ref)), twofactor.ProofInput{Code: jane.code(r.clock())})
	r.ok(err)
	if view.State != twofactor.StateNotRequired || len(view.Factors) != 0 || view.BackupCodesLeft != 0 {
		t.Errorf("the user is shown as %+v", view)
	}
	if stored[twofactor.Devices](r, twofactor.DevicesKey(jane.ref)) != nil || r.asked(twofactor.MailFactorRemoved) != 1 {
		t.Error("devices are left, or no mail was asked for")
	}
	r.demand(r.signIn(jane.ref, withDevice(device)), twofactor.DecisionAllow, twofactor.ReasonNotRequired)
}

func TestWhereThePolicyLeavesNothingToUsersTheyMayOnlyEnrol(t *testing.T) {
	r, jane := enrolledRig(t)
	own := r.selfService(jane.ref)
	r.policy("acme", func(p *twofactor.Policy) { p.SelfService = false })
	_, err := r.verify.SelfService(r.ctx, r.platform(), jane.ref, twofactor.SelfServiceInput{})
	r.refused(err, twofactor.CodeForbidden)
	proof := twofactor.ProofInput{Code: jane.code(r.clock())}
	for name, call := range map[string]func() error{
		"disable":      func() error { _, err := r.enroll.Disable(r.ctx, r.person(own), proof); return err },
		"backup codes": func() error { _, err := r.enroll.BackupCodes(r.ctx, r.person(own), proof); return err },
		"begin":        func() error { _, err := r.enroll.Begin(r.ctx, r.person(own), proof); return err },
		"devices":      func() error { _, err := r.enroll.Devices(r.ctx, r.person(own)); return err },
	} {
		if got := twofactor.CodeOf(call()); got != twofactor.CodeForbidden {
			t.Errorf("%s: %q", name, got)
		}
	}
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
	r.enrolWith(r.selfService(r.user("acme", "joe")))
}

func TestCompleteIsRepeatedForAMinuteByItsOwnTokenOnly(t *testing.T) {
	r, jane := mustEnrol(t)
	other := r.signIn(jane).Login
	login := r.signIn(jane)
	_, done := r.enrolWith(login.Login)
	r.pass(60 * time.Second)
	again, err := r.enroll.Complete(r.ctx, r.person(login.Login), true)
	r.ok(err)
	first, second := r.read(done.Assertion), r.read(again.Assertion)
	if first.LoginID != login.LoginID || second.LoginID != login.LoginID {
		t.Error("the repeat has another jti")
	}
	_, err = r.enroll.Complete(r.ctx, r.person(other), true)
	r.refused(err, twofactor.CodeLoginUsed)
	r.pass(time.Second)
	_, err = r.enroll.Complete(r.ctx, r.person(login.Login), true)
	r.refused(err, twofactor.CodeLoginUsed)
	if got := r.asked(twofactor.MailEnrolled); got != 1 {
		t.Errorf("%d mails were asked for", got)
	}
}

func TestCompleteWantsTheCodesSavedUnlessThereAreNone(t *testing.T) {
	for codes, want := range map[int]twofactor.Code{10: twofactor.CodeInvalid, 0: ""} {
		r, jane := mustEnrol(t, func(p *twofactor.Policy) { p.BackupCodes = codes })
		token := r.signIn(jane).Login
		p := r.begun(token)
		_, err := r.enroll.Complete(r.ctx, r.person(token), true)
		r.refused(err, twofactor.CodeNotConfirmed)
		_, err = r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock()))
		r.ok(err)
		_, err = r.enroll.Complete(r.ctx, r.person(token), false)
		if got := twofactor.CodeOf(err); got != want {
			t.Errorf("%d codes: %q, want %q", codes, got, want)
		}
	}
}

func TestAResetMarkAsksForTheMailboxAndEndsWithComplete(t *testing.T) {
	r, jane := enrolledRig(t)
	old := r.signIn(jane.ref).Login
	own := r.selfService(jane.ref)
	_, err := twofactor.NewResets(r.deps).Reset(r.ctx, r.admin("acme"), jane.ref, twofactor.ResetInput{Reason: "lost"})
	r.ok(err)
	_, err = r.codeAt(old, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeLoginUsed)
	_, err = r.begin(own)
	r.refused(err, twofactor.CodeLoginUsed)
	login := r.signIn(jane.ref)
	r.demand(login, twofactor.DecisionEnroll, twofactor.ReasonFactorReset)
	shown, err := r.begin(login.Login)
	r.ok(err)
	if !shown.EmailRequired {
		t.Error("the mailbox need not be proved after a reset")
	}
	code := r.mailCode(login.Login)
	shown, _, err = r.enroll.Email(r.ctx, r.person(login.Login), &code)
	r.ok(err)
	p := phone{ref: jane.ref, secret: decodeSecret(t, shown.Secret)}
	_, err = r.enroll.Confirm(r.ctx, r.person(login.Login), p.code(r.clock()))
	r.ok(err)
	_, err = r.enroll.Complete(r.ctx, r.person(login.Login), true)
	r.ok(err)
	r.demand(r.signIn(jane.ref), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
}

func TestASessionSaysWhatItsTokenMayDo(t *testing.T) {
	r, jane := enrolledRig(t)
	may := func(token twofactor.Secret) []string {
		answer, err := r.verify.Session(r.ctx, r.person(token))
		r.ok(err)
		return answer.May
	}
	if got := may(r.signIn(jane.ref).Login); !slices.Contains(got, "verify") || slices.Contains(got, "enroll") {
		t.Errorf("a login that asks for a code may %v", got)
	}
	if got := may(r.selfService(jane.ref)); !slices.Contains(got, "disable") || !slices.Contains(got, "change_device") {
		t.Errorf("self-service may %v", got)
	}
	r.policy("acme", requiredWithGrace)
	if got := may(r.selfService(jane.ref)); slices.Contains(got, "disable") {
		t.Errorf("self-service with a required factor may %v", got)
	}
	if got := may(r.signIn(r.user("acme", "joe")).Login); !slices.Equal(got, []string{"enroll", "defer"}) {
		t.Errorf("a login that must enrol may %v", got)
	}
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	if got := may(r.signInStill(jane)); len(got) != 0 {
		t.Errorf("switched off, a login may %v", got)
	}
}

// signInStill is a login that was begun before two-factor was switched off.
func (r *rig) signInStill(p phone) twofactor.Secret {
	r.t.Helper()
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeAvailable })
	login := r.signIn(p.ref).Login
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	return login
}

func TestSwitchedOffTheFactorRestsAndComesBackAsItWas(t *testing.T) {
	r, jane := enrolledRig(t)
	r.miss(jane, 3)
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	r.demand(r.signIn(jane.ref), twofactor.DecisionAllow, twofactor.ReasonNotAvailable)
	_, err := r.codeAt(r.signInStill(jane), twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeNotAvailable)
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeAvailable })
	r.demand(r.signIn(jane.ref), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
	if got := r.auth(jane.ref).Attempts.InARow; got != 3 {
		t.Errorf("%d wrong codes are remembered", got)
	}
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}
