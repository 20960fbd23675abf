package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/totp"
	"sallyport/shared/twofactor"
)

func TestRP01AnAcceptedCodeIsSpentOnEveryToken(t *testing.T) {
	r, jane := enrolledRig(t)
	code, login := jane.code(r.clock()), r.signIn(jane.ref).Login
	_, err := r.codeAt(login, twofactor.MethodTOTP, code)
	r.ok(err)
	version := r.auth(jane.ref).Version
	for _, token := range []twofactor.Secret{login, r.signIn(jane.ref).Login} {
		_, err = r.codeAt(token, twofactor.MethodTOTP, code)
		r.refused(err, twofactor.CodeCodeReplayed)
	}
	if r.auth(jane.ref).Version != version {
		t.Error("a replay was written")
	}
}

func TestRP04ACodeBeforeTheLastOneIsSpentThoughNobodyUsedIt(t *testing.T) {
	r, jane := enrolledRig(t)
	r.nextStep()
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock(), -1))
	r.refused(err, twofactor.CodeCodeReplayed)
}

func TestRP05ACodeOfAFastPhoneCannotBeReplayedAMinuteLater(t *testing.T) {
	r, jane := enrolledRig(t)
	code := jane.code(r.clock(), 1)
	_, err := r.code(jane.ref, twofactor.MethodTOTP, code)
	r.ok(err)
	for _, wait := range []time.Duration{60 * time.Second, 15 * time.Second, 14 * time.Second} {
		r.pass(wait)
		_, err = r.code(jane.ref, twofactor.MethodTOTP, code)
		r.refused(err, twofactor.CodeCodeReplayed)
	}
}

// RP-07: burnt at one door is burnt at all of them.
func TestRP07ACodeSpentAtOneDoorIsSpentAtEveryOther(t *testing.T) {
	names := []string{"verify", "step-up", "new backup codes", "a change of device", "switching off"}
	// Switching off ends the factor: nothing is left to replay at.
	for _, from := range names[:4] {
		for _, to := range names {
			t.Run(from+", then "+to, func(t *testing.T) {
				r, jane := enrolledRig(t)
				code := jane.code(r.clock())
				r.ok(r.door(jane, from, code))
				r.refused(r.door(jane, to, code), twofactor.CodeCodeReplayed)
				if r.auth(jane.ref).Factor == nil {
					t.Error("a replayed code switched the factor off")
				}
			})
		}
	}
}

// door gives a code at one of the places that take one, on a fresh token.
func (r *rig) door(p phone, name string, code twofactor.Secret) error {
	r.t.Helper()
	var err error
	proof := twofactor.ProofInput{Code: code}
	switch name {
	case "verify":
		_, err = r.code(p.ref, twofactor.MethodTOTP, code)
	case "step-up":
		gate, asked := r.verify.Check(r.ctx, r.platform(), p.ref, twofactor.CheckInput{Action: "take_control"})
		r.ok(asked)
		_, err = r.codeAt(gate.Login, twofactor.MethodTOTP, code)
	case "new backup codes":
		_, err = r.enroll.BackupCodes(r.ctx, r.person(r.selfService(p.ref)), proof)
	case "a change of device":
		_, err = r.enroll.Begin(r.ctx, r.person(r.selfService(p.ref)), proof)
	case "switching off":
		_, err = r.enroll.Disable(r.ctx, r.person(r.selfService(p.ref)), proof)
	default:
		r.t.Fatalf("there is no door %q", name)
	}
	return err
}

func TestRP07TheCodeThatConfirmedAnEnrolmentIsSpent(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	ref := r.user("acme", "jane")
	p, _ := r.enrolWith(r.selfService(ref))
	_, err := r.code(ref, twofactor.MethodTOTP, p.code(r.clock()))
	r.refused(err, twofactor.CodeCodeReplayed)
}

// RP-08: a store that fails after the decision. The code is good once, or
// spent; it is never good twice, and the same try is never charged twice.
func TestRP08AFaultAtTheWriteNeverAcceptsOrChargesTwice(t *testing.T) {
	for name, fault := range map[string]memory.Fault{
		"nothing was written": memory.FailBefore, "the answer was lost": memory.FailAfter,
		"the write was lost": memory.FailLost, "busy": memory.FailBusy,
	} {
		t.Run(name, func(t *testing.T) {
			r, jane := enrolledRig(t)
			login, code := r.signIn(jane.ref).Login, jane.code(r.clock())
			approved := 0
			r.store.Fail(1, fault)
			for range 3 {
				_, err := r.codeAt(login, twofactor.MethodTOTP, code)
				if err == nil {
					approved++
					continue
				}
				r.refused(err, twofactor.CodeUnavailable, twofactor.CodeCodeReplayed)
			}
			if approved != 1 {
				t.Errorf("%d approvals", approved)
			}
			r.nextStep()
			r.store.Fail(1, fault)
			// A client repeats after "unavailable", and only then.
			if err := r.miss(jane, 1); twofactor.CodeOf(err) == twofactor.CodeUnavailable {
				r.refused(r.miss(jane, 1), twofactor.CodeCodeWrong)
			}
			if a := r.auth(jane.ref).Attempts; a.InARow != 1 {
				t.Errorf("charged %d for one wrong code", a.InARow)
			}
		})
	}
}

// The write was applied, its answer lost, and the store cannot be read either:
// nobody is let in on a guess, and the code is not good again.
func TestRP08WithTheStoreGoneAfterTheWriteTheCodeIsSpent(t *testing.T) {
	r, jane := enrolledRig(t)
	login, code := r.signIn(jane.ref).Login, jane.code(r.clock())
	loads := 0
	r.store.Fail(1, memory.FailAfter)
	r.store.OnLoad(func(wants []twofactor.Want) error {
		if loads++; loads > 1 {
			return twofactor.ErrStore
		}
		return nil
	})
	caller := r.person(login)
	loads = 0
	_, err := r.verify.Code(r.ctx, caller, twofactor.CodeInput{Code: code})
	r.refused(err, twofactor.CodeUnavailable)
	r.store.OnLoad(nil)
	_, err = r.codeAt(login, twofactor.MethodTOTP, code)
	r.refused(err, twofactor.CodeCodeReplayed)
}

// RP-12: two users with the same secret; what one spends is not spent for the
// other.
func TestRP12ACodeIsSpentForItsUserOnly(t *testing.T) {
	r, jane := enrolledRig(t)
	joe := r.enrol(r.user("acme", "joe"))
	auth := r.auth(joe.ref)
	key, err := r.keeper.OpenDataKey(r.ctx, "acme", stored[twofactor.Tenant](r, twofactor.TenantKey("acme")).DataKey)
	r.ok(err)
	auth.Factor.Secret, err = key.Seal(jane.secret, twofactor.Binding{
		Ref: joe.ref, Incarnation: auth.Incarnation, Generation: auth.Generation,
	})
	r.ok(err)
	r.put(auth)
	code := jane.code(r.clock())
	for _, ref := range []twofactor.Ref{jane.ref, joe.ref} {
		_, err := r.code(ref, twofactor.MethodTOTP, code)
		r.ok(err)
		_, err = r.code(ref, twofactor.MethodTOTP, code)
		r.refused(err, twofactor.CodeCodeReplayed)
	}
}

// RP-13: reads that are a second old approve no code twice.
func TestRP13OldReadsAcceptNoCodeTwice(t *testing.T) {
	r, jane := enrolledRig(t)
	for range 3 {
		first, second := r.signIn(jane.ref).Login, r.signIn(jane.ref).Login
		code := jane.code(r.clock())
		r.store.ServeStale(true)
		approved := 0
		for _, login := range []twofactor.Secret{first, second, second, first} {
			_, err := r.codeAt(login, twofactor.MethodTOTP, code)
			if err == nil {
				approved++
				continue
			}
			r.refused(err, twofactor.CodeCodeReplayed, twofactor.CodeConflict)
		}
		r.store.ServeFresh()
		if approved != 1 {
			t.Errorf("%d approvals", approved)
		}
		r.nextStep()
	}
}

func TestALoginIsGoodForOneApprovalHoweverManyFollow(t *testing.T) {
	r, jane := enrolledRig(t)
	r.pass(200 * time.Millisecond)
	login := r.signIn(jane.ref).Login
	_, err := r.codeAt(login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
	for range 6 {
		r.nextStep()
		_, err = r.codeAt(login, twofactor.MethodTOTP, jane.code(r.clock()))
		r.refused(err, twofactor.CodeLoginUsed)
		_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
		r.ok(err)
	}
	if a := r.auth(jane.ref).Attempts; len(a.Wrong) != 0 {
		t.Errorf("charged for a used login: %+v", a)
	}
	if totp.Step(r.clock()) != r.auth(jane.ref).Factor.LastStep {
		t.Error("the last code was not the last one accepted")
	}
}
