package twofactor_test

import (
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// PO-04: required and without a factor is "enrol", never a pass.
func TestPO04ALoginThatMustEnrolHoldsNoAssertionAndVerifiesNothing(t *testing.T) {
	r, jane := mustEnrol(t)
	answer := r.signIn(jane)
	r.demand(answer, twofactor.DecisionEnroll, twofactor.ReasonRequiredByTenant)
	if answer.Assertion != "" || answer.Skippable {
		t.Errorf("got %+v", answer)
	}
	_, err := r.codeAt(answer.Login, twofactor.MethodTOTP, "123456")
	r.refused(err, twofactor.CodeNoFactor)
	_, err = r.enroll.Defer(r.ctx, r.person(answer.Login))
	r.refused(err, twofactor.CodeDeferralExhausted)
}

func TestDeferringCountsOncePerLoginAndEndsWithTheCount(t *testing.T) {
	r, jane := mustEnrol(t, requiredWithGrace)
	for left := 2; left >= 0; left-- {
		answer := r.signIn(jane)
		if !answer.Skippable || answer.DeferralsLeft != left+1 {
			t.Fatalf("the login says %+v", answer)
		}
		for range 3 {
			deferred, err := r.enroll.Defer(r.ctx, r.person(answer.Login))
			r.ok(err)
			if deferred.DeferralsLeft != left || r.read(deferred.Assertion).LoginID != answer.LoginID {
				t.Errorf("%d are left, want %d", deferred.DeferralsLeft, left)
			}
		}
		r.pass(time.Minute)
	}
	answer := r.signIn(jane)
	_, err := r.enroll.Defer(r.ctx, r.person(answer.Login))
	r.refused(err, twofactor.CodeDeferralExhausted)
	if answer.Skippable {
		t.Error("the login can still be put off")
	}
}

// A login that was only begun before others were put off is no free pass.
func TestAnOlderLoginThatWasNeverPutOffIsNoFreePass(t *testing.T) {
	r, jane := mustEnrol(t, func(p *twofactor.Policy) { requiredWithGrace(p); p.MaxDeferrals = 5 })
	kept := r.signIn(jane).Login
	for range 5 {
		r.pass(time.Minute)
		_, err := r.enroll.Defer(r.ctx, r.person(r.signIn(jane).Login))
		r.ok(err)
	}
	_, err := r.enroll.Defer(r.ctx, r.person(kept))
	r.refused(err, twofactor.CodeLoginUsed)
	if got := r.auth(jane).Deferrals; got != 5 {
		t.Errorf("%d are counted", got)
	}
}

func TestDeferringEndsWithTheGrace(t *testing.T) {
	for after, want := range map[time.Duration]twofactor.Code{
		7*24*time.Hour - time.Second: "", 7 * 24 * time.Hour: twofactor.CodeDeferralExhausted,
	} {
		r, jane := mustEnrol(t, requiredWithGrace)
		r.pass(after)
		_, err := r.enroll.Defer(r.ctx, r.person(r.signIn(jane).Login))
		if got := twofactor.CodeOf(err); got != want {
			t.Errorf("after %v: %q, want %q", after, got, want)
		}
	}
}

// Contract §4.5: the gate's dialog, its answers and its login.
func TestTheGateAsksToEnrolAndLaterNeverLetsTheActionThrough(t *testing.T) {
	r := newRig(t)
	r.tenant("acme", func(p *twofactor.Policy) { p.MaxDeferrals = 1 })
	jane := r.user("acme", "jane")
	ask := func() twofactor.CheckAnswer {
		answer, err := r.verify.Check(r.ctx, r.platform(), jane, twofactor.CheckInput{Action: "take_control"})
		r.ok(err)
		return answer
	}
	answer := ask()
	if answer.Decision != twofactor.DecisionEnroll || answer.Email != "jane@example.com" ||
		!slices.Equal(answer.Options, []string{"activate_now", "activate_later"}) {
		t.Fatalf("the gate says %+v", answer)
	}
	_, err := r.enroll.Defer(r.ctx, r.person(answer.Login))
	r.refused(err, twofactor.CodeForbidden)
	later, err := r.verify.Activate(r.ctx, r.platform(), jane, twofactor.ActivateLater)
	r.ok(err)
	if later.EndSession || later.DeferralsLeft != 0 {
		t.Errorf("later: %+v", later)
	}
	if answer = ask(); answer.Decision != twofactor.DecisionEnroll || !slices.Equal(answer.Options, []string{"activate_now"}) {
		t.Errorf("after later: %+v", answer)
	}
	_, err = r.verify.Activate(r.ctx, r.platform(), jane, twofactor.ActivateLater)
	r.refused(err, twofactor.CodeDeferralExhausted)
	r.enrolWith(answer.Login)
	if answer = ask(); answer.Decision != twofactor.DecisionVerify {
		t.Errorf("with a factor: %s", answer.Decision)
	}
	_, err = r.verify.Activate(r.ctx, r.platform(), jane, twofactor.ActivateNow)
	r.refused(err, twofactor.CodeFactorAlreadyActive)
}

func TestWhoAskedToActivateEnrolsAtTheNextLogin(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	jane := r.user("acme", "jane")
	for range 2 {
		answer, err := r.verify.Activate(r.ctx, r.platform(), jane, twofactor.ActivateNow)
		r.ok(err)
		if !answer.EndSession {
			t.Error("the session goes on")
		}
	}
	login := r.signIn(jane)
	r.demand(login, twofactor.DecisionEnroll, twofactor.ReasonActivationRequested)
	r.enrolWith(login.Login)
	r.demand(r.signIn(jane), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
}

func TestTheGateLetsThroughWhatIsNotProtectedAndWhereItIsOff(t *testing.T) {
	r, jane := enrolledRig(t)
	check := func(action string) twofactor.CheckAnswer {
		answer, err := r.verify.Check(r.ctx, r.platform(), jane.ref, twofactor.CheckInput{Action: action})
		r.ok(err)
		return answer
	}
	if got := check("look_on").Decision; got != twofactor.DecisionAllow {
		t.Errorf("an action that is not named: %s", got)
	}
	r.miss(jane, 5)
	if got := check("take_control"); got.Decision != twofactor.DecisionDeny || got.Reason != twofactor.ReasonThrottled {
		t.Errorf("a locked factor: %s, %s", got.Decision, got.Reason)
	}
	auth := r.auth(jane.ref)
	auth.Active = false
	r.put(auth)
	if got := check("look_on"); got.Decision != twofactor.DecisionDeny || got.Reason != twofactor.ReasonUserInactive {
		t.Errorf("a user who is not active: %s, %s", got.Decision, got.Reason)
	}
	auth = r.auth(jane.ref)
	auth.Active = true
	r.put(auth)
	r.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	if got := check("take_control").Decision; got != twofactor.DecisionAllow {
		t.Errorf("switched off: %s", got)
	}
}

// Contract §3: what ends an enrolment link.
func TestALinkEnrolsOnceAndEndsWithWhatItWasMadeFor(t *testing.T) {
	for name, ended := range map[string]func(*rig, twofactor.Ref, twofactor.Secret){
		"it was used": func(r *rig, _ twofactor.Ref, token twofactor.Secret) {
			r.enrolWith(token)
			r.pass(61 * time.Second)
		},
		"a newer link": func(r *rig, ref twofactor.Ref, _ twofactor.Secret) {
			_, err := r.enroll.Link(r.ctx, r.admin("acme"), ref, twofactor.DeliverReturn)
			r.ok(err)
		},
		"another address": func(r *rig, ref twofactor.Ref, _ twofactor.Secret) {
			in := entry(ref.User, twofactor.RoleUser)
			in.Email = "new@example.com"
			_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", in)
			r.ok(err)
		},
		"another role": func(r *rig, ref twofactor.Ref, _ twofactor.Secret) {
			_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", entry(ref.User, "operator"))
			r.ok(err)
		},
		"a reset": func(r *rig, ref twofactor.Ref, _ twofactor.Secret) {
			_, err := twofactor.NewResets(r.deps).Reset(r.ctx, r.admin("acme"), ref, twofactor.ResetInput{Reason: "r"})
			r.ok(err)
		},
		"an enrolment at login": func(r *rig, ref twofactor.Ref, _ twofactor.Secret) {
			r.enrolWith(r.signIn(ref).Login)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, jane := mustEnrol(t)
			link, err := r.enroll.Link(r.ctx, r.admin("acme"), jane, twofactor.DeliverReturn)
			r.ok(err)
			token := linkToken(link.URL)
			opened := r.person(token)
			if _, err = r.verify.Session(r.ctx, opened); err != nil {
				t.Fatalf("opening it: %v", err)
			}
			ended(r, jane, token)
			for _, call := range []func() error{
				func() error { _, err := r.enroll.Begin(r.ctx, opened, twofactor.ProofInput{}); return err },
				func() error { _, err := r.enroll.Confirm(r.ctx, opened, "123456"); return err },
				func() error { _, err := r.enroll.Complete(r.ctx, opened, true); return err },
				func() error { _, err := r.verify.Session(r.ctx, opened); return err },
			} {
				r.refused(call(), twofactor.CodeLinkUsed)
			}
		})
	}
}

func TestALinkIsMadeByNobodyForHimselfAndForTheMightyBySuperAdminsOnly(t *testing.T) {
	r, jane := mustEnrol(t, func(p *twofactor.Policy) {
		p.Permissions[twofactor.PermLinksWrite] = []string{"helpdesk"}
	})
	for id, role := range map[string]string{"desk": "helpdesk", "desk2": "helpdesk"} {
		_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", entry(id, role))
		r.ok(err)
	}
	desk := r.admin("acme")
	desk.Actor.User = "desk"
	link := func(c twofactor.Caller, user string) error {
		_, err := r.enroll.Link(r.ctx, c, twofactor.Ref{Tenant: "acme", User: user}, twofactor.DeliverReturn)
		return err
	}
	r.ok(link(desk, jane.User))
	r.refused(link(desk, "desk"), twofactor.CodeSelfForbidden)
	r.refused(link(desk, "desk2"), twofactor.CodeForbidden)
	r.ok(link(r.admin("acme"), "desk2"))
	r.refused(link(r.admin("acme"), "nobody"), twofactor.CodeUserNotFound)
}

func TestAPersonsTokenIsDeadWithItsKeyItsUserAndItsTime(t *testing.T) {
	r, jane := enrolledRig(t)
	token := r.signIn(jane.ref).Login
	opened := r.person(token)
	r.pass(10*time.Minute - 30*time.Second)
	_, err := r.people.Authenticate(r.ctx, token)
	r.ok(err)
	r.pass(30 * time.Second)
	_, err = r.people.Authenticate(r.ctx, token)
	r.refused(err, twofactor.CodeTokenExpired)

	token = r.signIn(jane.ref).Login
	r.ok(twofactor.NewKeys(r.deps).Revoke(r.ctx, r.platform(), r.key.ID))
	r.pass(61 * time.Second)
	_, err = r.people.Authenticate(r.ctx, token)
	r.refused(err, twofactor.CodeUnauthenticated)

	r.key = r.newKey("other")
	r.ok(twofactor.NewUsers(r.deps).Delete(r.ctx, r.platform(), jane.ref))
	r.user("acme", "jane")
	_, err = r.verify.Current(r.ctx, opened)
	r.refused(err, twofactor.CodeUnauthenticated)
}
