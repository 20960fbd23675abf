package twofactor_test

import (
	"strings"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

func (d *desk) reset(user string, in twofactor.ResetInput) (twofactor.UserView, error) {
	return d.resets().Reset(d.ctx, d.as("t", "root"), twofactor.Ref{Tenant: "t", User: user}, in)
}

func TestAResetTakesFactorDevicesPendingEnrolmentLinkAndRequestAway(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.enrolled("t", "ann")
	auth := d.auth("t", "ann")
	auth.Link, auth.Attempts.InARow = "open", 3
	auth.OpenReset = &twofactor.OpenReset{ID: "r1", CreatedAt: d.clock(), Generation: auth.Generation}
	ref := auth.Ref
	d.put(auth, &twofactor.Enrollment{Ref: ref, TokenID: "tok"}, &twofactor.Devices{Ref: ref})
	view, err := d.reset("ann", twofactor.ResetInput{Reason: "lost phone"})
	d.ok(err)
	after := d.auth("t", "ann")
	gone := after.Factor == nil && after.Link == "" && after.OpenReset == nil && after.Attempts.InARow == 0 &&
		read[twofactor.Enrollment](d, twofactor.EnrollmentKey(ref)) == nil && read[twofactor.Devices](d, twofactor.DevicesKey(ref)) == nil
	if !gone || !after.ResetMark || after.Generation != auth.Generation+1 {
		t.Errorf("the user became %+v", after)
	}
	if view.State != twofactor.StatePending || view.ResetRequested || len(view.Factors) != 0 {
		t.Errorf("the user shows %+v", view)
	}
	asked := d.lastEvent().Detail[twofactor.DetailMail]
	if asked != string(twofactor.MailFactorRemoved)+","+string(twofactor.MailResetApproved) {
		t.Errorf("the mails asked for are %q", asked)
	}
}

func TestAResetWithoutAFactorMarksTheUserAndMailsNobody(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	_, err := d.reset("ann", twofactor.ResetInput{Reason: "r", Then: twofactor.ThenEnroll})
	d.ok(err)
	if !d.auth("t", "ann").ResetMark || d.lastEvent().Detail[twofactor.DetailMail] != "" {
		t.Errorf("user %+v, event %+v", d.auth("t", "ann"), d.lastEvent())
	}
}

func TestAResetWithThenNoneLeavesItToThePolicy(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	auth := d.auth("t", "ann")
	auth.ResetMark, auth.ActivationRequested = true, true
	d.put(auth)
	view, err := d.reset("ann", twofactor.ResetInput{Reason: "r", Then: twofactor.ThenNone})
	d.ok(err)
	if after := d.auth("t", "ann"); after.ResetMark || after.ActivationRequested || view.State != twofactor.StateNotRequired {
		t.Errorf("the user became %+v", after)
	}
	d.policy("t", func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
	d.enrolled("t", "ann")
	before := d.auth("t", "ann").Version
	_, err = d.reset("ann", twofactor.ResetInput{Reason: "r", Then: twofactor.ThenNone})
	d.refused(err, twofactor.CodeRequiredByPolicy)
	if d.auth("t", "ann").Version != before {
		t.Error("the refusal wrote something")
	}
}

func TestNobodyResetsOrUnlocksHimself(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.enrolled("t", "root")
	_, err := d.reset("root", twofactor.ResetInput{Reason: "r"})
	d.refused(err, twofactor.CodeSelfForbidden)
	_, err = d.resets().Unlock(d.ctx, d.as("t", "root"), twofactor.Ref{Tenant: "t", User: "root"})
	d.refused(err, twofactor.CodeSelfForbidden)
}

func TestAResetNeedsAReasonOfBoundedLength(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	for _, in := range []twofactor.ResetInput{{}, {Reason: " "}, {Reason: strings.Repeat("r", 501)}, {Reason: "a\x00"}, {Reason: "r", Then: "later"}} {
		_, err := d.reset("ann", in)
		d.refused(err, twofactor.CodeInvalid)
	}
}

func TestAnUnlockEndsPauseAndDisabledFactorAndClearsTheLongCountersOnceADay(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	ref := twofactor.Ref{Tenant: "t", User: "ann"}
	unlock := func() twofactor.UserView {
		t.Helper()
		view, err := d.resets().Unlock(d.ctx, d.as("t", "root"), ref)
		d.ok(err)
		return view
	}
	_, err := d.resets().Unlock(d.ctx, d.as("t", "root"), ref)
	d.refused(err, twofactor.CodeNoFactor)
	d.enrolled("t", "ann")
	commits := d.store.Commits()
	unlock()
	if d.store.Commits() != commits {
		t.Error("there was nothing to unlock, but something was written")
	}
	lock := func() {
		auth := d.auth("t", "ann")
		auth.Factor.Disabled = true
		auth.Attempts.InARow, auth.Attempts.PausedUntil = 100, d.clock().Add(time.Hour)
		auth.Attempts.Wrong = nil
		for range 20 {
			auth.Attempts.Wrong = append(auth.Attempts.Wrong, d.clock())
		}
		d.put(auth)
	}
	lock()
	if view := unlock(); view.Locked != "" || view.State != twofactor.StateActive {
		t.Errorf("the user shows %+v", view)
	}
	if asked := d.lastEvent().Detail[twofactor.DetailMail]; asked != string(twofactor.MailUnlocked) {
		t.Errorf("the mail asked for is %q", asked)
	}
	d.later(time.Hour)
	lock()
	if view := unlock(); view.Locked != twofactor.LockedThrottled {
		t.Errorf("a second unlock within a day cleared the long counters: %+v", view)
	}
	d.later(23 * time.Hour)
	if view := unlock(); view.Locked != "" {
		t.Errorf("a day later the user is still locked: %+v", view)
	}
}

func TestTheSameIdempotencyKeyResetsOnceAndAnotherBodyIsRefused(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	ref := twofactor.Ref{Tenant: "t", User: "ann"}
	call := func(body string) error {
		_, err := d.resets().Reset(d.ctx, idempotent(d.as("t", "root"), "once", body), ref, twofactor.ResetInput{Reason: "r"})
		return err
	}
	d.ok(call("body"))
	generation := d.auth("t", "ann").Generation
	replayed, again := call("body").(*twofactor.Replayed)
	if !again || replayed.Status != 200 || string(replayed.Body) != "first answer" || d.auth("t", "ann").Generation != generation {
		t.Errorf("the second call gave %+v", replayed)
	}
	d.refused(call("another"), twofactor.CodeIdempotencyKeyReused)
	d.later(24 * time.Hour)
	d.ok(call("another"))
	if d.auth("t", "ann").Generation != generation+1 {
		t.Error("a day later the key did not count as new")
	}
}

func TestOfTwoEqualCallsAtTheSameMomentOneIsDoneAndTheOtherGetsItsAnswer(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	ref := twofactor.Ref{Tenant: "t", User: "ann"}
	d.deps.Store = &rendezvous{Store: d.store, key: twofactor.OnceKey("once"), left: 2, met: make(chan struct{})}
	answers := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := d.resets().Reset(d.ctx, idempotent(d.as("t", "root"), "once", "body"), ref, twofactor.ResetInput{Reason: "r"})
			answers <- err
		}()
	}
	first, second := <-answers, <-answers
	if first == nil {
		first, second = second, first
	}
	if _, replayed := first.(*twofactor.Replayed); !replayed || second != nil || d.auth("t", "ann").Generation != 1 {
		t.Errorf("answers %v and %v, generation %d", first, second, d.auth("t", "ann").Generation)
	}
}

func TestAFaultAtTheWriteOfAResetLeavesTheOldStateOrTheNew(t *testing.T) {
	for name, fault := range map[string]memory.Fault{"before": memory.FailBefore, "after": memory.FailAfter, "lost": memory.FailLost} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "ann", twofactor.RoleUser)
			d.enrolled("t", "ann")
			d.store.Fail(1, fault)
			_, err := d.reset("ann", twofactor.ResetInput{Reason: "r"})
			after := d.auth("t", "ann")
			if done := after.Factor == nil && after.ResetMark; done != (err == nil) {
				t.Errorf("answer %v, reset %v", err, done)
			}
		})
	}
}
