package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// PO-05: a policy is never cached. What one instance saved, another that
// answered under the old policy a moment ago heeds at its next call.
func TestPO05APolicyActsOnTheNextCallOfEveryWarmInstance(t *testing.T) {
	r, jane := enrolledRig(t)
	other := r.start()
	look := func() (twofactor.LoginAnswer, twofactor.CheckAnswer) {
		login, err := other.verify.Login(r.ctx, r.platform(), "acme", twofactor.LoginInput{
			User: twofactor.LoginUser{ID: "jane"}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
		})
		r.ok(err)
		gate, err := other.verify.Check(r.ctx, r.platform(), jane.ref, twofactor.CheckInput{Action: "take_control"})
		r.ok(err)
		return login, gate
	}
	save := func(change func(*twofactor.Policy)) {
		t.Helper()
		policy := stored[twofactor.Tenant](r, twofactor.TenantKey("acme")).Policy
		change(&policy.Policy)
		_, err := twofactor.NewPolicies(r.deps).Put(r.ctx, r.admin("acme"), "acme", twofactor.PolicyInput{
			Policy: policy.Policy, IfMatch: twofactor.PolicyETag(policy.Number),
		})
		r.ok(err)
	}
	if login, gate := look(); login.Decision != twofactor.DecisionVerify || len(login.Methods) != 2 || gate.Decision != twofactor.DecisionVerify {
		t.Fatalf("before: %s with %v, gate %s", login.Decision, login.Methods, gate.Decision)
	}
	save(func(p *twofactor.Policy) { p.BackupCodes = 0 })
	if login, _ := look(); len(login.Methods) != 1 || login.Methods[0] != twofactor.MethodTOTP {
		t.Errorf("without backup codes: %v", login.Methods)
	}
	save(func(p *twofactor.Policy) { p.ProtectedActions = nil })
	if _, gate := look(); gate.Decision != twofactor.DecisionAllow {
		t.Errorf("without protected actions: %s", gate.Decision)
	}
	save(func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	if login, _ := look(); login.Decision != twofactor.DecisionAllow || login.Reason != twofactor.ReasonNotAvailable {
		t.Errorf("switched off: %s, %s", login.Decision, login.Reason)
	}
	save(func(p *twofactor.Policy) { p.Mode = twofactor.ModeAvailable })
	if login, _ := look(); login.Decision != twofactor.DecisionVerify {
		t.Errorf("switched on again: %s", login.Decision)
	}
}

// TN-12: the end of a tenant is not a matter of caches either. Everything that
// was given out before is worth nothing at the next call.
func TestTN12ATenantThatIsGoneIsGoneForEveryWarmInstanceAtOnce(t *testing.T) {
	r, jane := enrolledRig(t)
	own := r.person(r.selfService(jane.ref))
	assertion := r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock()))
	login := r.person(r.signIn(jane.ref).Login)
	r.nextStep()
	calls := map[string]func(instance) error{
		"a login": func(i instance) error {
			_, err := i.verify.Login(r.ctx, r.platform(), "acme", twofactor.LoginInput{
				User: twofactor.LoginUser{ID: "jane"}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
			})
			return err
		},
		"the gate": func(i instance) error {
			_, err := i.verify.Check(r.ctx, r.platform(), jane.ref, twofactor.CheckInput{Action: "take_control", Assertion: assertion})
			return err
		},
		"the look at a login": func(i instance) error { _, err := i.verify.Current(r.ctx, login); return err },
		"a change of device": func(i instance) error {
			_, err := i.enroll.Begin(r.ctx, own, twofactor.ProofInput{Code: jane.code(r.clock())})
			return err
		},
		"a code": func(i instance) error {
			_, err := i.verify.Code(r.ctx, login, twofactor.CodeInput{Method: twofactor.MethodTOTP, Code: jane.code(r.clock())})
			return err
		},
		"redeeming": func(i instance) error {
			_, err := i.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: assertion})
			return err
		},
	}
	warm := []instance{r.instance, r.start()}
	for _, i := range warm {
		for _, name := range []string{"a login", "the gate", "the look at a login"} {
			if err := calls[name](i); err != nil {
				t.Fatalf("%s before the end: %v", name, err)
			}
		}
	}
	_, err := twofactor.NewTenants(r.deps).Delete(r.ctx, r.admin("acme"), "acme")
	r.ok(err)
	for n, i := range warm {
		for name, call := range calls {
			switch code := twofactor.CodeOf(call(i)); code {
			case twofactor.CodeTenantNotFound, twofactor.CodeUnauthenticated, twofactor.CodeLoginUsed:
			default:
				t.Errorf("%s at instance %d after the end: %q", name, n, code)
			}
		}
	}
}

// FT-01: thirty seconds in which the table takes nothing or gives nothing.
func TestFT01AThrottledTableAcceptsNothingAndTheCountsAreExactAfterwards(t *testing.T) {
	r, jane := enrolledRig(t)
	r.refused(r.miss(jane, 2), twofactor.CodeCodeWrong)
	before := r.auth(jane.ref)
	right, wrong := r.person(r.signIn(jane.ref).Login), r.person(r.signIn(jane.ref).Login)
	for second := range 30 {
		throttleTable(r, second%2 == 0)
		for c, code := range map[*twofactor.Caller]twofactor.Secret{&right: jane.code(r.clock()), &wrong: jane.wrong(r.clock())} {
			answer, err := r.verify.Code(r.ctx, *c, twofactor.CodeInput{Method: twofactor.MethodTOTP, Code: code})
			r.refused(err, twofactor.CodeUnavailable)
			if answer.Assertion != "" {
				t.Fatal("an assertion left a throttled service")
			}
		}
		r.pass(time.Second)
	}
	r.store.OnCommit(nil)
	r.store.OnLoad(nil)
	after := r.auth(jane.ref)
	if after.Version != before.Version || after.Attempts.InARow != 2 {
		t.Errorf("%d in a row are counted, version %d after %d", after.Attempts.InARow, after.Version, before.Version)
	}
	_, err := r.verify.Code(r.ctx, wrong, twofactor.CodeInput{Method: twofactor.MethodTOTP, Code: jane.wrong(r.clock())})
	r.refused(err, twofactor.CodeCodeWrong)
	if n := r.auth(jane.ref).Attempts.InARow; n != 3 {
		t.Errorf("%d in a row after one more", n)
	}
	_, err = r.verify.Code(r.ctx, right, twofactor.CodeInput{Method: twofactor.MethodTOTP, Code: jane.code(r.clock())})
	r.ok(err)
}

// throttleTable refuses every write, and every read too if reads is set.
func throttleTable(r *rig, reads bool) {
	r.store.OnCommit(func(int, twofactor.Commit) memory.Fault { return memory.FailBefore })
	r.store.OnLoad(nil)
	if reads {
		r.store.OnLoad(func([]twofactor.Want) error { return twofactor.ErrStore })
	}
}
