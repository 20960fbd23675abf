package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// asserted names an actor by an assertion of his own instead of the platform's
// word.
func (w *world) asserted(ref twofactor.Ref, assertion twofactor.Secret) twofactor.Caller {
	c := w.by(ref.Tenant, ref.User)
	c.Actor.Ref, c.Actor.AuthenticatedAt, c.Actor.Assertion = ref, time.Time{}, assertion
	return c
}

// demand makes a policy ask for assertions.
func (w *world) demand(tenant string) {
	w.policy(tenant, func(p *twofactor.Policy) { p.AdminProof = twofactor.ProofAssertion })
}

// AZ-10: who has, or must have, a second factor and did not show it acts
// nowhere, whatever the platform says of his password.
func TestAZ10WithoutTheSecondFactorNoAdministratorActsWhereAnAssertionIsDemanded(t *testing.T) {
	r := newRig(t)
	n := 0
	for _, call := range platformCalls() {
		for _, ofParent := range []bool{false, true} {
			if !call.actor || ofParent && call.top {
				continue
			}
			n++
			w := r.world(call, n)
			tenant := w.tenant
			if ofParent {
				tenant = w.parent
			}
			root := twofactor.Ref{Tenant: tenant, User: "root"}
			first := w.signIn(root).Assertion
			w.demand(tenant)
			if call.name == "switch it on" && !ofParent {
				// While it is off nobody has to have a factor.
				continue
			}
			w.policy(tenant, func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
			mustAnswer(t, call.name+" by "+tenant+" on the platform's word", call.call(w, w.by(tenant, "root")), twofactor.CodeReauthenticationRequired)
			mustAnswer(t, call.name+" by "+tenant+" with the password alone", call.call(w, w.asserted(root, first)), twofactor.CodeReauthenticationRequired)
		}
	}
}

// AZ-11: whichever way leads to an action, each asks for the same proof, and
// the stricter of the client's and the parent's policy counts.
func TestAZ11EveryCallAsksForTheSameProofWhicheverPolicyDemandsIt(t *testing.T) {
	r := newRig(t)
	n := 0
	for _, call := range platformCalls() {
		if !call.actor {
			continue
		}
		n++
		w := r.world(call, n)
		home := w.tenant
		if !call.top {
			home = w.parent
		}
		root := w.enrol(twofactor.Ref{Tenant: home, User: "root"})
		answer, err := w.code(root.ref, twofactor.MethodTOTP, root.code(w.clock()))
		w.ok(err)
		w.demand([]string{w.tenant, home}[n%2])
		cell := call.name + " by " + home
		mustAnswer(t, cell+" on the platform's word", call.call(w, w.by(home, "root")), twofactor.CodeReauthenticationRequired)
		if home != w.tenant {
			borrowed := w.asserted(twofactor.Ref{Tenant: w.tenant, User: "root"}, answer.Assertion)
			w.demand(w.tenant)
			mustAnswer(t, cell+" with another's assertion", call.call(w, borrowed), twofactor.CodeReauthenticationRequired)
		}
		w.pass(6 * time.Minute)
		want := twofactor.Code("")
		if call.recent {
			want = twofactor.CodeReauthenticationRequired
		}
		mustAnswer(t, cell+" six minutes later", call.call(w, w.asserted(root.ref, answer.Assertion)), want)
		w.nextStep()
		fresh, err := w.code(root.ref, twofactor.MethodTOTP, root.code(w.clock()))
		w.ok(err)
		if !call.once || call.recent {
			mustAnswer(t, cell+" with a fresh assertion", call.call(w, w.asserted(root.ref, fresh.Assertion)), "")
		}
	}
}
