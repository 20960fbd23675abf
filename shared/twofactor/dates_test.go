package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// PO-14: the second in which 31 and 32 bits of seconds are full, and a day far
// behind, are days like any other. (Tokens count nanoseconds in 64 bits, which
// are full in 2262; from then on none would be taken.)
func TestPO14NoDateOfTheNextCenturiesIsSpecial(t *testing.T) {
	for name, day := range map[string]time.Time{
		"2038": time.Unix(1<<31-1, 0), "2106": time.Unix(1<<32-1, 0), "2261": time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.moveTo(day.UTC().Add(-90 * time.Second))
			r.tenant("acme")
			jane := r.enrol(r.user("acme", "jane"))
			r.moveTo(day.UTC())
			login := r.signIn(jane.ref)
			r.pass(2 * time.Second)
			assertion := r.read(r.approved(jane, login.Login, twofactor.MethodTOTP, jane.code(r.clock())))
			if life := assertion.ExpiresAt.Sub(r.clock()); life != 120*time.Second || !assertion.AuthTime.Equal(day.UTC()) {
				t.Errorf("the assertion lives %v, decided at %v", life, assertion.AuthTime)
			}
			r.refused(r.miss(jane, 5), twofactor.CodeCodeWrong)
			paused := r.signIn(jane.ref)
			if wait := paused.RetryAt.Sub(r.clock()); paused.Reason != twofactor.ReasonThrottled || wait != 30*time.Second {
				t.Errorf("%s, for %v", paused.Reason, wait)
			}
			r.moveTo(paused.RetryAt)
			_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
			r.ok(err)
		})
	}
}

// PO-14: a clock that goes back accepts no code twice, none from before the
// last one, and moves no pause.
func TestPO14AClockThatGoesBackRevivesNoCodeAndMovesNoPause(t *testing.T) {
	r, jane := enrolledRig(t)
	r.pass(time.Hour)
	used := r.clock()
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(used))
	r.ok(err)
	r.moveTo(used.Add(-5 * time.Minute))
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeCodeReplayed, twofactor.CodeCodeWrong)
	r.moveTo(used.Add(30 * time.Second))
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(used))
	r.refused(err, twofactor.CodeCodeReplayed)
	_ = r.miss(jane, 5)
	paused := r.signIn(jane.ref)
	if paused.Reason != twofactor.ReasonThrottled {
		t.Fatalf("no pause: %s", paused.Reason)
	}
	r.moveTo(used.Add(-5 * time.Minute))
	if again := r.signIn(jane.ref); !again.RetryAt.Equal(paused.RetryAt) {
		t.Errorf("the pause ends at %v, want %v", again.RetryAt, paused.RetryAt)
	}
	r.moveTo(paused.RetryAt)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}

// PO-14: no length of time that a policy names is below zero.
func TestPO14NoPolicyHasANegativeLengthOfTime(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	sound := stored[twofactor.Tenant](r, twofactor.TenantKey("acme")).Policy.Policy
	if wrong := sound.Validate(); len(wrong) != 0 {
		t.Fatalf("a new tenant's policy: %v", wrong)
	}
	for name, change := range map[string]func(*twofactor.Policy){
		"/grace_days":           func(p *twofactor.Policy) { p.GraceDays = -1 },
		"/max_deferrals":        func(p *twofactor.Policy) { p.MaxDeferrals = -1 },
		"/remember_device_days": func(p *twofactor.Policy) { p.RememberDeviceDays = -1 },
		"/session_hours":        func(p *twofactor.Policy) { p.SessionHours = -1 },
		"/skew_steps":           func(p *twofactor.Policy) { p.SkewSteps = -1 },
	} {
		policy := sound
		change(&policy)
		if wrong := policy.Validate(); len(wrong) != 1 || wrong[0].Pointer != name {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}
