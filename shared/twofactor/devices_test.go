package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func remember30(p *twofactor.Policy) { p.RememberDeviceDays = 30 }

func withDevice(token twofactor.Secret) func(*twofactor.LoginInput) {
	return func(in *twofactor.LoginInput) { in.DeviceToken = token }
}

// remember verifies a code and has the device remembered.
func (r *rig) remember(p phone) twofactor.Secret {
	r.t.Helper()
	answer, err := r.verify.Code(r.ctx, r.person(r.signIn(p.ref).Login), twofactor.CodeInput{
		Code: p.code(r.clock()), RememberDevice: true,
	})
	r.ok(err)
	if answer.DeviceToken == "" {
		r.t.Fatal("no device token")
	}
	r.nextStep()
	return answer.DeviceToken
}

func (r *rig) demand(answer twofactor.LoginAnswer, decision twofactor.Decision, reason twofactor.Reason) {
	r.t.Helper()
	if answer.Decision != decision || answer.Reason != reason {
		r.t.Errorf("got %s, %s; want %s, %s", answer.Decision, answer.Reason, decision, reason)
	}
}

// PO-09: what a device token is good for.
func TestPO09ADeviceTokenStandsInForItsOwnerOnlyAndOnlyWhileItStands(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	joe := r.enrol(r.user("acme", "joe"))
	r.tenant("other", remember30)
	otherJane := r.enrol(r.user("other", "jane"))
	_, _ = r.remember(joe), r.remember(otherJane)
	token := r.remember(jane)
	for name, c := range map[string]struct {
		ref   twofactor.Ref
		token twofactor.Secret
	}{
		"another user": {joe.ref, token}, "the same id in another tenant": {otherJane.ref, token},
		"forged": {jane.ref, token[:len(token)-4] + "0000"}, "truncated": {jane.ref, token[:len(token)-1]}, "rubbish": {jane.ref, "x"},
	} {
		if answer := r.signIn(c.ref, withDevice(c.token)); answer.Decision != twofactor.DecisionVerify {
			t.Errorf("%s: %s", name, answer.Decision)
		}
	}
	answer := r.signIn(jane.ref, withDevice(token))
	r.demand(answer, twofactor.DecisionAllow, twofactor.ReasonDeviceRemembered)
	if !answer.DeviceExpiresAt.Equal(r.clock().AddDate(0, 0, 30).Add(-30 * time.Second)) {
		t.Errorf("the device is remembered until %v", answer.DeviceExpiresAt)
	}
	r.moveTo(answer.DeviceExpiresAt)
	r.demand(r.signIn(jane.ref, withDevice(answer.DeviceToken)), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
}

func TestPO09AfterEachOfTheseADeviceTokenIsWorthNothing(t *testing.T) {
	for name, ended := range map[string]func(*rig, phone){
		"removed by its owner": func(r *rig, p phone) {
			r.ok(r.enroll.RemoveDevices(r.ctx, r.person(r.selfService(p.ref))))
		},
		"removed one by one": func(r *rig, p phone) {
			own := r.person(r.selfService(p.ref))
			devices, err := r.enroll.Devices(r.ctx, own)
			r.ok(err)
			if len(devices) != 1 {
				r.t.Fatalf("%d devices", len(devices))
			}
			r.ok(r.enroll.RemoveDevice(r.ctx, own, devices[0].ID))
		},
		"a reset and a new factor": func(r *rig, p phone) {
			_, err := twofactor.NewResets(r.deps).Reset(r.ctx, r.admin("acme"), p.ref, twofactor.ResetInput{Reason: "lost", Then: "none"})
			r.ok(err)
			r.enrol(p.ref)
		},
		"a change of device": func(r *rig, p phone) {
			own := r.selfService(p.ref)
			shown, err := r.enroll.Begin(r.ctx, r.person(own), twofactor.ProofInput{Code: p.code(r.clock())})
			r.ok(err)
			fresh := phone{secret: decodeSecret(r.t, shown.Secret)}
			_, err = r.enroll.Confirm(r.ctx, r.person(own), fresh.code(r.clock()))
			r.ok(err)
			_, err = r.enroll.Complete(r.ctx, r.person(own), true)
			r.ok(err)
		},
		"a policy that forbids it": func(r *rig, p phone) { r.policy("acme", func(p *twofactor.Policy) { p.RememberDeviceDays = 0 }) },
		"a policy that shortened it": func(r *rig, p phone) {
			r.policy("acme", func(p *twofactor.Policy) { p.RememberDeviceDays = 1 })
			r.pass(24 * time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, jane := enrolledRig(t, remember30)
			token := r.remember(jane)
			ended(r, jane)
			r.demand(r.signIn(jane.ref, withDevice(token)), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
		})
	}
}

func TestADeviceTokenTurnsAtEachUseAndASpentOneTakesTheDeviceAway(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	first := r.remember(jane)
	second := r.signIn(jane.ref, withDevice(first)).DeviceToken
	if second == "" || second == first {
		t.Fatal("the token did not turn")
	}
	r.pass(59 * time.Second)
	again := r.signIn(jane.ref, withDevice(first))
	r.demand(again, twofactor.DecisionAllow, twofactor.ReasonDeviceRemembered)
	if again.DeviceToken != second {
		t.Error("within its 60 s the old token gives another than the new one")
	}
	r.pass(2 * time.Second)
	r.demand(r.signIn(jane.ref, withDevice(first)), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
	r.demand(r.signIn(jane.ref, withDevice(second)), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
	if got := r.asked(twofactor.MailDeviceRemoved); got != 1 {
		t.Errorf("%d mails were asked for", got)
	}
}

func TestTheOldDeviceTokenIsSpentAtOnceWhenTheNewOneWasUsed(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	first := r.remember(jane)
	second := r.signIn(jane.ref, withDevice(first)).DeviceToken
	r.demand(r.signIn(jane.ref, withDevice(second)), twofactor.DecisionAllow, twofactor.ReasonDeviceRemembered)
	r.demand(r.signIn(jane.ref, withDevice(first)), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
	if got := r.asked(twofactor.MailDeviceRemoved); got != 1 {
		t.Errorf("%d mails were asked for", got)
	}
}

// PO-10: only a code from the app makes a device trusted, and only where the
// policy allows it.
func TestPO10OnlyACodeFromTheAppMakesADeviceTrusted(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	answer, err := r.verify.Code(r.ctx, r.person(r.signIn(jane.ref).Login), twofactor.CodeInput{
		Method: twofactor.MethodBackupCode, Code: jane.codes[0], RememberDevice: true,
	})
	r.ok(err)
	if answer.DeviceToken != "" {
		t.Error("a backup code made a device trusted")
	}
	_, err = r.verify.Code(r.ctx, r.person(r.signIn(jane.ref).Login), twofactor.CodeInput{Code: jane.wrong(r.clock()), RememberDevice: true})
	r.refused(err, twofactor.CodeCodeWrong)
	r.policy("acme", func(p *twofactor.Policy) { p.RememberDeviceDays = 0 })
	answer, err = r.verify.Code(r.ctx, r.person(r.signIn(jane.ref).Login), twofactor.CodeInput{Code: jane.code(r.clock()), RememberDevice: true})
	r.ok(err)
	if answer.DeviceToken != "" || stored[twofactor.Devices](r, twofactor.DevicesKey(jane.ref)) != nil {
		t.Error("a device was remembered where the policy forbids it")
	}
}

// PO-11: a trusted device is no second factor for a protected action.
func TestPO11ATrustedDeviceIsAskedForACodeBeforeAProtectedAction(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	token := r.remember(jane)
	answer := r.signIn(jane.ref, withDevice(token))
	r.demand(answer, twofactor.DecisionAllow, twofactor.ReasonDeviceRemembered)
	check := twofactor.CheckInput{Action: "take_control", Assertion: answer.Assertion}
	gate, err := r.verify.Check(r.ctx, r.platform(), jane.ref, check)
	r.ok(err)
	if gate.Decision != twofactor.DecisionVerify {
		t.Fatalf("the gate says %s", gate.Decision)
	}
	approved, err := r.codeAt(gate.Login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
	check.Assertion = approved.Assertion
	gate, err = r.verify.Check(r.ctx, r.platform(), jane.ref, check)
	r.ok(err)
	if gate.Decision != twofactor.DecisionAllow {
		t.Errorf("after the code the gate says %s", gate.Decision)
	}
}

func TestAtMostThreeDevicesAreRemembered(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	var tokens []twofactor.Secret
	for range 4 {
		tokens = append(tokens, r.remember(jane))
	}
	r.demand(r.signIn(jane.ref, withDevice(tokens[0])), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
	for _, token := range tokens[1:] {
		r.demand(r.signIn(jane.ref, withDevice(token)), twofactor.DecisionAllow, twofactor.ReasonDeviceRemembered)
	}
}
