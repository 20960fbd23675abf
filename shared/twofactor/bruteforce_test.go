package twofactor_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// enrolledRig is a tenant with one user, jane, who has a factor.
func enrolledRig(t testing.TB, changes ...func(*twofactor.Policy)) (*rig, phone) {
	t.Helper()
	r := newRig(t)
	r.tenant("acme", changes...)
	return r, r.enrol(r.user("acme", "jane"))
}

func TestBF01AfterFiveWrongCodesTheRightOneWaits(t *testing.T) {
	r, jane := enrolledRig(t)
	for i := range 5 {
		_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.wrong(r.clock()))
		r.refused(err, twofactor.CodeCodeWrong)
		var refusal *twofactor.Error
		if !errors.As(err, &refusal) || refusal.AttemptsLeft == nil || *refusal.AttemptsLeft != 4-i {
			t.Errorf("wrong code %d says %+v", i+1, refusal)
		}
	}
	before := r.auth(jane.ref)
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
	var refusal *twofactor.Error
	if errors.As(err, &refusal); !refusal.RetryAt.Equal(r.clock().Add(30 * time.Second)) {
		t.Errorf("try again at %v", refusal.RetryAt)
	}
	if after := r.auth(jane.ref); after.Version != before.Version {
		t.Error("an attempt during the pause was written")
	}
	answer := r.signIn(jane.ref)
	if answer.Decision != twofactor.DecisionDeny || answer.Reason != twofactor.ReasonThrottled || len(answer.Methods) != 0 {
		t.Errorf("a login during the pause: %+v", answer)
	}
	r.moveTo(refusal.RetryAt)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}

// BF-04, RP-01: one code, one approval, and nobody is locked by it.
func TestBF04AHundredTimesTheSameRightCodeIsOneApproval(t *testing.T) {
	r, jane := enrolledRig(t)
	for range 5 {
		login, code := r.signIn(jane.ref).Login, jane.code(r.clock())
		errs := parallel(100, func() error {
			answer, err := r.codeAt(login, twofactor.MethodTOTP, code)
			if err == nil && r.read(answer.Assertion).ACR != "2fa" {
				return errors.New("an approval without a second factor")
			}
			return err
		})
		approved := 0
		for _, err := range errs {
			if err == nil {
				approved++
				continue
			}
			r.refused(err, twofactor.CodeCodeReplayed, twofactor.CodeConflict)
		}
		if approved != 1 {
			t.Fatalf("%d approvals", approved)
		}
		if a := r.auth(jane.ref).Attempts; a.InARow != 0 || len(a.Wrong) != 0 {
			t.Fatalf("charged for right codes: %+v", a)
		}
		r.nextStep()
	}
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}

// The same with a login for each submission: other tokens, same person.
func TestBF04TheSameCodeOnManyLoginsIsOneApproval(t *testing.T) {
	r, jane := enrolledRig(t)
	code := jane.code(r.clock())
	approved := 0
	for _, err := range parallel(100, func() error {
		_, err := r.code(jane.ref, twofactor.MethodTOTP, code)
		return err
	}) {
		if err == nil {
			approved++
		}
	}
	if approved != 1 {
		t.Fatalf("%d approvals", approved)
	}
}

// BF-14: of many wrong ones at once at most five are judged, and the
// counter says exactly how many were.
func TestBF14OfAHundredWrongCodesAtOnceFiveAreJudgedAtMost(t *testing.T) {
	r, jane := enrolledRig(t)
	login, code := r.signIn(jane.ref).Login, jane.wrong(r.clock())
	judged := 0
	for _, err := range parallel(100, func() error {
		_, err := r.codeAt(login, twofactor.MethodTOTP, code)
		return err
	}) {
		r.refused(err, twofactor.CodeCodeWrong, twofactor.CodeThrottled, twofactor.CodeConflict)
		if twofactor.CodeOf(err) == twofactor.CodeCodeWrong {
			judged++
		}
	}
	if a := r.auth(jane.ref).Attempts; judged > 5 || judged == 0 || a.InARow != judged || len(a.Wrong) != judged {
		t.Errorf("%d were told that their code is wrong, the counters say %d and %d", judged, a.InARow, len(a.Wrong))
	}
}

// parallel runs n calls from one barrier.
func parallel(n int, call func() error) []error {
	errs, barrier := make([]error, n), make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-barrier
			errs[i] = call()
		})
	}
	close(barrier)
	all.Wait()
	return errs
}

// BF-06: one budget for every door that takes a code.
func TestBF06WrongCodesAtAnyDoorShareOneBudget(t *testing.T) {
	r, jane := enrolledRig(t)
	backup := twofactor.Secret("0000-0000-0000-0000-0000-0000")
	gate, err := r.verify.Check(r.ctx, r.platform(), jane.ref, twofactor.CheckInput{Action: "take_control"})
	r.ok(err)
	own := r.selfService(jane.ref)
	totpProof := twofactor.ProofInput{Code: jane.wrong(r.clock())}
	doors := []struct {
		name string
		call func() error
	}{
		{"verify", func() error { _, err := r.code(jane.ref, twofactor.MethodTOTP, totpProof.Code); return err }},
		{"a backup code", func() error { _, err := r.code(jane.ref, twofactor.MethodBackupCode, backup); return err }},
		{"the gate's step-up", func() error { _, err := r.codeAt(gate.Login, twofactor.MethodTOTP, totpProof.Code); return err }},
		{"switching off", func() error { _, err := r.enroll.Disable(r.ctx, r.person(own), totpProof); return err }},
		{"new backup codes", func() error { _, err := r.enroll.BackupCodes(r.ctx, r.person(own), totpProof); return err }},
		{"a change of device", func() error { _, err := r.enroll.Begin(r.ctx, r.person(own), totpProof); return err }},
	}
	for i, door := range doors {
		err := door.call()
		want := []twofactor.Code{twofactor.CodeCodeWrong, twofactor.CodeBackupCodeWrong}
		if i == 5 {
			want = []twofactor.Code{twofactor.CodeThrottled}
		}
		t.Run(door.name, func(t *testing.T) { (&rig{t: t}).refused(err, want...) })
	}
	for i := range doors {
		r.refused(doors[i].call(), twofactor.CodeThrottled)
	}
	if a := r.auth(jane.ref).Attempts; a.InARow != 5 || len(a.Wrong) != 5 {
		t.Errorf("the counters say %+v", a)
	}
}

func TestBF08TheCountSurvivesEveryInstance(t *testing.T) {
	r, jane := enrolledRig(t)
	for range 5 {
		r.instance = r.start()
		r.refused(r.miss(jane, 1), twofactor.CodeCodeWrong)
	}
	r.instance = r.start()
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
}

func TestBF09FourWrongAndOneRightOverAndOverMeetTheLongLock(t *testing.T) {
	r, jane := enrolledRig(t)
	first := r.clock()
	for round := range 5 {
		r.refused(r.miss(jane, 4), twofactor.CodeCodeWrong)
		if round == 4 {
			break
		}
		_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
		r.ok(err)
		r.pass(5 * time.Minute)
	}
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
	if got := r.asked(twofactor.MailTooManyWrongCodes); got != 1 {
		t.Errorf("%d mails were asked for", got)
	}
	answer := r.signIn(jane.ref)
	if !answer.RetryAt.Equal(first.Add(24*time.Hour)) || len(answer.Methods) != 1 || answer.Methods[0] != twofactor.MethodBackupCode {
		t.Errorf("the login says %v until %v", answer.Methods, answer.RetryAt)
	}
	approved, err := r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
	if approved.BackupCodesLeft != 9 {
		t.Errorf("%d codes are left", approved.BackupCodesLeft)
	}
	// The lock stands all the same, until the count falls.
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
	r.moveTo(answer.RetryAt)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}

func TestBF10AHundredWrongInARowDisableTheFactorForGood(t *testing.T) {
	r, jane := enrolledRig(t)
	for range 100 {
		var refusal *twofactor.Error
		if err := r.miss(jane, 1); !errors.As(err, &refusal) || refusal.Code != twofactor.CodeCodeWrong {
			t.Fatalf("after %d in a row: %v", r.auth(jane.ref).Attempts.InARow, err)
		}
		if !refusal.RetryAt.IsZero() {
			r.moveTo(refusal.RetryAt)
		}
	}
	for _, wait := range []time.Duration{0, time.Hour, 365 * 24 * time.Hour} {
		r.pass(wait)
		_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
		r.refused(err, twofactor.CodeFactorDisabled)
		if answer := r.signIn(jane.ref); answer.Reason != twofactor.ReasonFactorDisabled {
			t.Errorf("the login says %s", answer.Reason)
		}
	}
	if got := r.asked(twofactor.MailFactorDisabled); got != 1 {
		t.Errorf("%d mails were asked for", got)
	}
	_, err := r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}

// The long lock of the same wrong codes ends weeks later, and would lead the
// person to wait for it: only the pause stands between them and a backup code.
func TestADisabledFactorPromisesNoTimeButTheEndOfItsPause(t *testing.T) {
	r, jane := enrolledRig(t)
	for range 100 {
		var refusal *twofactor.Error
		if err := r.miss(jane, 1); errors.As(err, &refusal) && !refusal.RetryAt.IsZero() {
			r.moveTo(refusal.RetryAt)
		}
	}
	_, err := r.code(jane.ref, twofactor.MethodBackupCode, twofactor.Secret("0000-0000-0000-0000-0000-0000"))
	r.refused(err, twofactor.CodeBackupCodeWrong)
	end := r.clock().Add(time.Hour)
	var refusal *twofactor.Error
	if errors.As(err, &refusal); !refusal.RetryAt.Equal(end) {
		t.Errorf("the wrong code says: try again at %v, want %v", refusal.RetryAt, end)
	}
	_, err = r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.refused(err, twofactor.CodeThrottled)
	if errors.As(err, &refusal); !refusal.RetryAt.Equal(end) {
		t.Errorf("the pause says: try again at %v, want %v", refusal.RetryAt, end)
	}
	if answer := r.signIn(jane.ref); answer.Reason != twofactor.ReasonFactorDisabled || !answer.RetryAt.Equal(end) {
		t.Errorf("the login says %s until %v", answer.Reason, answer.RetryAt)
	}
	r.moveTo(end)
	_, err = r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
}

// BF-11: also where two instances disagree about the time by two seconds, the
// pause ends no earlier than the slower one's clock says.
func TestBF11ThePauseEndsAtItsSecondOnEveryInstance(t *testing.T) {
	r, jane := enrolledRig(t)
	r.miss(jane, 5)
	end := r.auth(jane.ref).Attempts.PausedUntil
	behind := twofactor.NewVerify(withClock(r.deps, func() time.Time { return r.clock().Add(-2 * time.Second) }))
	for _, offset := range []time.Duration{-time.Second, 0} {
		r.moveTo(end.Add(offset))
		login := r.person(r.signIn(jane.ref).Login)
		in := twofactor.CodeInput{Code: jane.code(r.clock())}
		_, err := behind.Code(r.ctx, login, in)
		r.refused(err, twofactor.CodeThrottled)
		_, err = r.verify.Code(r.ctx, login, in)
		if offset == 0 {
			r.ok(err)
			break
		}
		r.refused(err, twofactor.CodeThrottled)
	}
}

func withClock(d twofactor.Deps, now func() time.Time) twofactor.Deps {
	d.Now = now
	return d
}

// BF-13: nothing that a client holds gives tries back.
func TestBF13OlderTokensGiveNoMoreTries(t *testing.T) {
	r, jane := enrolledRig(t)
	var logins []twofactor.Secret
	for range 6 {
		logins = append(logins, r.signIn(jane.ref).Login)
	}
	for i, login := range logins {
		_, err := r.codeAt(login, twofactor.MethodTOTP, jane.wrong(r.clock()))
		if want := twofactor.CodeCodeWrong; i < 5 {
			r.refused(err, want)
			continue
		}
		r.refused(err, twofactor.CodeThrottled)
	}
	_, err := r.codeAt(logins[0], twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
}

// BF-15: an unlock during an attack gives five more tries and revives nothing.
func TestBF15AnUnlockInTheMiddleOfAnAttackGivesFiveMoreTries(t *testing.T) {
	r, jane := enrolledRig(t)
	used := jane.code(r.clock())
	_, err := r.code(jane.ref, twofactor.MethodTOTP, used)
	r.ok(err)
	r.miss(jane, 5)
	_, err = twofactor.NewResets(r.deps).Unlock(r.ctx, r.admin("acme"), jane.ref)
	r.ok(err)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, used)
	r.refused(err, twofactor.CodeCodeReplayed)
	login := r.signIn(jane.ref).Login
	judged := 0
	for _, err := range parallel(50, func() error {
		_, err := r.codeAt(login, twofactor.MethodTOTP, jane.wrong(r.clock()))
		return err
	}) {
		if twofactor.CodeOf(err) == twofactor.CodeCodeWrong {
			judged++
		}
	}
	if judged > 5 {
		t.Errorf("%d were judged", judged)
	}
}
