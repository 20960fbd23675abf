package twofactor_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// requested is a tenant with two administrators and jane, who has a factor and
// has asked for its reset.
func requested(t *testing.T) (*rig, phone, string) {
	t.Helper()
	r, jane := enrolledRig(t)
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", entry("boss", twofactor.RoleSuperAdmin))
	r.ok(err)
	answer, err := r.ask(r.signIn(jane.ref).Login, "my phone is gone")
	r.ok(err)
	if answer.State != twofactor.ResetPending {
		t.Fatalf("the request is %s", answer.State)
	}
	return r, jane, answer.ID
}

func (r *rig) ask(login twofactor.Secret, reason string) (twofactor.RequestAnswer, error) {
	return twofactor.NewResets(r.deps).Request(r.ctx, r.person(login), twofactor.RequestInput{Reason: reason})
}

func (r *rig) decide(c twofactor.Caller, id string, approve bool) (twofactor.RequestView, error) {
	return twofactor.NewResets(r.deps).Decide(r.ctx, c, "acme", twofactor.DecideInput{ID: id, Approve: approve, Note: "n"})
}

// request is one request as the desk shows it.
func (r *rig) request(id string) twofactor.RequestView {
	r.t.Helper()
	views, _, err := twofactor.NewResets(r.deps).Requests(r.ctx, r.platform(), "acme", twofactor.RequestQuery{Limit: 200})
	r.ok(err)
	i := slices.IndexFunc(views, func(v twofactor.RequestView) bool { return v.ID == id })
	if i < 0 {
		r.t.Fatal("the desk does not show the request")
	}
	return views[i]
}

// RS-01, RS-16 and RS-17: the requester never decides his own, at the desk or
// by a reset, not with a second account of the same mailbox either.
func TestRS01RS17NobodyApprovesHisOwnRequestOnAnyPath(t *testing.T) {
	r, jane, id := requested(t)
	twin := entry("twin", twofactor.RoleSuperAdmin)
	twin.Email = "JANE@Example.com"
	for _, in := range []twofactor.UserInput{entry("jane", twofactor.RoleSuperAdmin), twin} {
		_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", in)
		r.ok(err)
	}
	before := r.auth(jane.ref)
	for _, user := range []string{"jane", "twin"} {
		for _, approve := range []bool{true, false} {
			c := r.admin("acme")
			c.Actor.User = user
			_, err := r.decide(c, id, approve)
			r.refused(err, twofactor.CodeApproverIsRequester)
		}
	}
	self := r.admin("acme")
	self.Actor.User = "jane"
	_, err := twofactor.NewResets(r.deps).Reset(r.ctx, self, jane.ref, twofactor.ResetInput{Reason: "r"})
	r.refused(err, twofactor.CodeSelfForbidden)
	_, err = twofactor.NewResets(r.deps).Unlock(r.ctx, self, jane.ref)
	r.refused(err, twofactor.CodeSelfForbidden)
	if after := r.auth(jane.ref); after.Version != before.Version || r.request(id).State != twofactor.ResetPending {
		t.Error("a refused decision changed something")
	}
}

// RS-17: a reset by another account of the same mailbox is the same person's.
func TestRS17AResetThatWouldApproveOnesOwnRequestIsRefusedForASharedMailbox(t *testing.T) {
	r, jane, id := requested(t)
	twin := entry("twin", twofactor.RoleSuperAdmin)
	twin.Email = "jane@example.com"
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", twin)
	r.ok(err)
	c := r.admin("acme")
	c.Actor.User = "twin"
	_, err = twofactor.NewResets(r.deps).Reset(r.ctx, c, jane.ref, twofactor.ResetInput{Reason: "r"})
	r.refused(err, twofactor.CodeApproverIsRequester)
	if r.request(id).State != twofactor.ResetPending {
		t.Error("the request was decided")
	}
}

// RS-03: somebody of another tenant finds nothing.
func TestRS03ARequestOfAnotherTenantIsNotFound(t *testing.T) {
	r, _, id := requested(t)
	r.tenant("other")
	_, err := twofactor.NewResets(r.deps).Decide(r.ctx, r.admin("other"), "other", twofactor.DecideInput{ID: id, Approve: true})
	r.refused(err, twofactor.CodeNotFound)
	foreign := r.admin("other")
	_, err = r.decide(foreign, id, true)
	r.refused(err, twofactor.CodeForbidden)
	views, _, err := twofactor.NewResets(r.deps).Requests(r.ctx, r.platform(), "other", twofactor.RequestQuery{})
	r.ok(err)
	if len(views) != 0 {
		t.Error("the desk shows a request of another tenant")
	}
}

// RS-04: of many approvals at once one counts.
func TestRS04ManyApprovalsAtOnceAreOne(t *testing.T) {
	r, jane, id := requested(t)
	before := r.auth(jane.ref).Generation
	var wait sync.WaitGroup
	errs := make([]error, 50)
	for i := range errs {
		c := r.admin("acme")
		wait.Go(func() { _, errs[i] = r.decide(c, id, true) })
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		switch twofactor.CodeOf(err) {
		case "":
			won++
		case twofactor.CodeAlreadyDecided, twofactor.CodeConflict:
		default:
			t.Errorf("a loser got %v", err)
		}
	}
	if won != 1 || r.auth(jane.ref).Generation != before+1 || r.asked(twofactor.MailResetApproved) != 1 {
		t.Errorf("%d won, generation %d after %d, %d mails", won, r.auth(jane.ref).Generation, before, r.asked(twofactor.MailResetApproved))
	}
}

// RS-05: approving, denying and a right code at the same moment end in one
// state with its own effects only.
func TestRS05AnApprovalADenialAndACancellationAtOnceEndInOneState(t *testing.T) {
	r, jane := enrolledRig(t, func(p *twofactor.Policy) { p.EmailVerification = twofactor.EmailNever })
	for range 100 {
		if r.auth(jane.ref).Factor == nil {
			jane = r.enrol(jane.ref)
		}
		asked, err := r.ask(r.signIn(jane.ref).Login, "")
		r.ok(err)
		before := r.auth(jane.ref)
		login, approver, denier := r.signIn(jane.ref).Login, r.admin("acme"), r.admin("acme")
		mails := [3]int{r.asked(twofactor.MailResetApproved), r.asked(twofactor.MailResetDenied), r.asked(twofactor.MailResetCancelled)}
		var wait sync.WaitGroup
		wait.Go(func() { _, _ = r.decide(approver, asked.ID, true) })
		wait.Go(func() { _, _ = r.decide(denier, asked.ID, false) })
		wait.Go(func() { _, _ = r.codeAt(login, twofactor.MethodTOTP, jane.code(r.clock())) })
		wait.Wait()
		after, state := r.auth(jane.ref), r.request(asked.ID).State
		sent := [3]int{
			r.asked(twofactor.MailResetApproved) - mails[0], r.asked(twofactor.MailResetDenied) - mails[1],
			r.asked(twofactor.MailResetCancelled) - mails[2],
		}
		want := map[twofactor.ResetRequestState][3]int{
			twofactor.ResetApproved: {1, 0, 0}, twofactor.ResetDenied: {0, 1, 0}, twofactor.ResetCancelled: {0, 0, 1},
		}[state]
		removed := after.Factor == nil && after.Generation == before.Generation+1
		if sent != want || sent == [3]int{} || after.OpenReset != nil || removed != (state == twofactor.ResetApproved) {
			t.Fatalf("the request is %s, mails %v, the factor is removed: %v", state, sent, removed)
		}
		r.nextStep()
	}
}

// RS-06: a request that is seven days old cannot be decided.
func TestRS06AnExpiredRequestIsNotDecided(t *testing.T) {
	r, jane, id := requested(t)
	r.pass(7*24*time.Hour - time.Second)
	if got := r.request(id); got.State != twofactor.ResetPending || !got.ExpiresAt.Equal(r.clock().Add(time.Second)) {
		t.Errorf("a second before its end it is %s, until %v", got.State, got.ExpiresAt)
	}
	r.pass(time.Second)
	for _, approve := range []bool{true, false} {
		_, err := r.decide(r.admin("acme"), id, approve)
		r.refused(err, twofactor.CodeAlreadyDecided)
	}
	if r.request(id).State != twofactor.ResetExpired || r.auth(jane.ref).Factor == nil {
		t.Error("it should be expired, and the factor there")
	}
}

// RS-09: one request is open at a time, with one round of mails.
func TestRS09AThousandRequestsAreOneAndMailedOnce(t *testing.T) {
	r, jane, id := requested(t)
	before := r.auth(jane.ref).Version
	for range 1000 {
		again, err := r.ask(r.signIn(jane.ref).Login, "again")
		r.ok(err)
		if again.ID != id {
			t.Fatal("a second request was opened")
		}
	}
	if r.asked(twofactor.MailResetRequested) != 1 || r.auth(jane.ref).Version != before {
		t.Errorf("%d rounds of mails", r.asked(twofactor.MailResetRequested))
	}
}

// RS-11: an approval takes everything away, logs nobody in and shows nothing.
func TestRS11AnApprovalTakesTheFactorAwayAndShowsNoSecret(t *testing.T) {
	r, jane, id := requested(t)
	r.put(&twofactor.Devices{Ref: jane.ref})
	login := r.signIn(jane.ref).Login
	view, err := r.decide(r.admin("acme"), id, true)
	r.ok(err)
	after := r.auth(jane.ref)
	gone := after.Factor == nil && after.OpenReset == nil && stored[twofactor.Enrollment](r, twofactor.EnrollmentKey(jane.ref)) == nil &&
		stored[twofactor.Devices](r, twofactor.DevicesKey(jane.ref)) == nil
	if !gone || !after.ResetMark || view.State != twofactor.ResetApproved || view.DecidedBy.User != "root" || view.Note != "n" {
		t.Errorf("user %+v, request %+v", after, view)
	}
	_, err = r.codeAt(login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeLoginUsed)
	if next := r.signIn(jane.ref); next.Decision != twofactor.DecisionEnroll || next.Reason != twofactor.ReasonFactorReset || next.Assertion != "" {
		t.Errorf("the next login is %s (%s)", next.Decision, next.Reason)
	}
}

// RS-12: an approver whose last check is too old authenticates again.
func TestRS12AnApproverAuthenticatesRecently(t *testing.T) {
	r, _, id := requested(t)
	old := r.admin("acme")
	r.pass(5*time.Minute + time.Second)
	_, err := r.decide(old, id, true)
	r.refused(err, twofactor.CodeReauthenticationRequired)
	if r.request(id).State != twofactor.ResetPending {
		t.Error("it was decided")
	}
}

// RS-13: what counts is the role at the moment of the decision.
func TestRS13AnApproverWhoWasDemotedMeanwhileIsRefused(t *testing.T) {
	r, _, id := requested(t)
	boss := r.admin("acme")
	boss.Actor.User = "boss"
	_, _, err := twofactor.NewResets(r.deps).Requests(r.ctx, boss, "acme", twofactor.RequestQuery{})
	r.ok(err)
	_, _, err = twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", entry("boss", twofactor.RoleUser))
	r.ok(err)
	_, err = r.decide(boss, id, true)
	r.refused(err, twofactor.CodeForbidden)
}

// RS-14: an approval that is cut off anywhere is pending or done, and repeating
// it ends in done.
func TestRS14AnApprovalThatIsCutOffIsPendingOrDone(t *testing.T) {
	for _, fault := range []memory.Fault{memory.FailBefore, memory.FailAfter, memory.FailLost, memory.FailBusy} {
		r, jane, id := requested(t)
		r.store.Fail(1, fault)
		_, _ = r.decide(r.admin("acme"), id, true)
		state, factor := r.request(id).State, r.auth(jane.ref).Factor
		if (state == twofactor.ResetApproved) != (factor == nil) || state != twofactor.ResetApproved && state != twofactor.ResetPending {
			t.Errorf("fault %d: the request is %s, factor %v", fault, state, factor != nil)
		}
		_, _ = r.decide(r.admin("acme"), id, true)
		if r.request(id).State != twofactor.ResetApproved || r.auth(jane.ref).Factor != nil || r.asked(twofactor.MailResetApproved) != 1 {
			t.Errorf("fault %d: repeating did not end in an approval", fault)
		}
	}
}

// RS-15: texts that could act somewhere else are refused.
func TestRS15AReasonThatIsNoPlainTextIsRefused(t *testing.T) {
	r, jane := enrolledRig(t)
	login := r.signIn(jane.ref).Login
	for _, reason := range []string{strings.Repeat("x", 4097), "a\r\nBcc: x@example.com", "a\x00", "a\u202Eb"} {
		_, err := r.ask(login, reason)
		r.refused(err, twofactor.CodeInvalid)
	}
	asked, err := r.ask(login, "<script>alert(1)</script>")
	r.ok(err)
	_, err = twofactor.NewResets(r.deps).Decide(r.ctx, r.admin("acme"), "acme", twofactor.DecideInput{ID: asked.ID, Note: "a\r\nb"})
	r.refused(err, twofactor.CodeInvalid)
}
