package twofactor_test

import (
	"testing"

	"sallyport/shared/twofactor"
)

// gate asks for a protected action in a session that began with assertion.
func (r *rig) gate(c twofactor.Caller, ref twofactor.Ref, action string, assertion twofactor.Secret) twofactor.CheckAnswer {
	r.t.Helper()
	answer, err := r.verify.Check(r.ctx, c, ref, twofactor.CheckInput{Action: action, Assertion: assertion})
	r.ok(err)
	return answer
}

// PO-08: what a step-up earned belongs to its session. The first session's
// assertion names the first session's login, works once, and raises no other
// session that shows only what it had.
func TestPO08AStepUpOfOneSessionRaisesNoOther(t *testing.T) {
	r, jane := enrolledRig(t, func(p *twofactor.Policy) { p.SSO = twofactor.SSOTrusted })
	sso := func(in *twofactor.LoginInput) { in.First = twofactor.FirstFactor{Method: twofactor.SignInSSO} }
	first, second := r.signIn(jane.ref, sso).Assertion, r.signIn(jane.ref, sso).Assertion
	asked, other := r.gate(r.platform(), jane.ref, "take_control", first), r.gate(r.platform(), jane.ref, "take_control", second)
	if asked.Decision != twofactor.DecisionVerify || other.Decision != twofactor.DecisionVerify || asked.LoginID == other.LoginID {
		t.Fatalf("gate: %s %s and %s %s", asked.Decision, asked.LoginID, other.Decision, other.LoginID)
	}
	earned := r.approved(jane, asked.Login, twofactor.MethodTOTP, jane.code(r.clock()))
	if id := r.read(earned).LoginID; id != asked.LoginID {
		t.Errorf("the assertion is for login %s, want %s", id, asked.LoginID)
	}
	for _, action := range []string{"take_control", "remote_background"} {
		if got := r.gate(r.platform(), jane.ref, action, second); got.Decision != twofactor.DecisionVerify {
			t.Errorf("%s in the second session: %s", action, got.Decision)
		}
	}
	_, err := r.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: earned})
	r.ok(err)
	_, err = r.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: earned})
	r.refused(err, twofactor.CodeAssertionUsed)
	_, err = r.codeAt(other.Login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeCodeReplayed)
}

// TN-13: the user of the same id, incarnation and generation in another tenant
// is still another user.
func TestTN13AnAssertionOfOneTenantIsWorthNothingInAnother(t *testing.T) {
	r, jane := enrolledRig(t)
	assertion := r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.tenant("other")
	twin := r.enrol(r.user("other", "jane"))
	record, own := r.auth(twin.ref), r.auth(jane.ref)
	record.Incarnation, record.Generation = own.Incarnation, own.Generation
	r.put(record)
	if got := r.gate(r.platform(), jane.ref, "take_control", assertion); got.Decision != twofactor.DecisionAllow {
		t.Fatalf("at home: %s", got.Decision)
	}
	if got := r.gate(r.platform(), twin.ref, "take_control", assertion); got.Decision != twofactor.DecisionVerify {
		t.Errorf("the gate of the other tenant: %s", got.Decision)
	}
	_, err := r.verify.Redeem(r.ctx, r.platform(), "other", twofactor.RedeemInput{Assertion: assertion})
	r.refused(err, twofactor.CodeUnauthenticated)
	_, err = r.verify.Redeem(r.ctx, twofactor.Caller{Key: r.newKey("elsewhere")}, "acme", twofactor.RedeemInput{Assertion: assertion})
	r.refused(err, twofactor.CodeUnauthenticated)
}

// RS-16: the only super admin lets himself in on no path; a second person does.
func TestRS16TheOnlySuperAdminIsResetByASecondPersonAndNeverByHimself(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	root := r.enrol(twofactor.Ref{Tenant: "acme", User: "root"})
	asked, err := r.ask(r.signIn(root.ref).Login, "my phone is gone")
	r.ok(err)
	before := r.auth(root.ref)
	self := r.admin("acme")
	for _, approve := range []bool{true, false} {
		_, err = r.decide(self, asked.ID, approve)
		r.refused(err, twofactor.CodeApproverIsRequester)
	}
	resets := twofactor.NewResets(r.deps)
	_, err = resets.Reset(r.ctx, self, root.ref, twofactor.ResetInput{Reason: "r"})
	r.refused(err, twofactor.CodeSelfForbidden)
	_, err = resets.Unlock(r.ctx, self, root.ref)
	r.refused(err, twofactor.CodeSelfForbidden)
	_, err = r.enroll.Link(r.ctx, self, root.ref, twofactor.DeliverReturn)
	r.refused(err, twofactor.CodeSelfForbidden)
	_, err = resets.Reset(r.ctx, r.platform(), root.ref, twofactor.ResetInput{Reason: "r"})
	r.refused(err, twofactor.CodeActorRequired)
	if r.auth(root.ref).Version != before.Version || r.request(asked.ID).State != twofactor.ResetPending {
		t.Fatal("a refused decision changed something")
	}
	_, _, err = twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", entry("second", twofactor.RoleSuperAdmin))
	r.ok(err)
	second := r.admin("acme")
	second.Actor.User = "second"
	view, err := r.decide(second, asked.ID, true)
	r.ok(err)
	if view.State != twofactor.ResetApproved || r.auth(root.ref).Factor != nil {
		t.Errorf("the request is %s", view.State)
	}
}
