package twofactor_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// One code stands for several things that a developer did not send; the
// detail names the one, so that nobody asks for the password in vain.
func TestTheRefusalOfAnActorSaysWhatIsMissing(t *testing.T) {
	cases := map[string]struct {
		proof twofactor.AdminProof
		shown func(d *desk, c *twofactor.Caller)
		says  string
	}{
		"no check":            {twofactor.ProofAttested, func(_ *desk, c *twofactor.Caller) { c.Actor.AuthenticatedAt = time.Time{} }, "Sallyport-Actor-Authenticated-At"},
		"an old check":        {twofactor.ProofAttested, func(d *desk, c *twofactor.Caller) { c.Actor.AuthenticatedAt = d.clock().Add(-time.Hour) }, "too old"},
		"a check, no proof":   {twofactor.ProofAssertion, func(*desk, *twofactor.Caller) {}, "Sallyport-Actor-Assertion"},
		"no assertion at all": {twofactor.ProofAssertion, func(_ *desk, c *twofactor.Caller) { c.Actor.Assertion = "unknown" }, "does not count"},
		"the password alone": {twofactor.ProofAssertion, func(d *desk, c *twofactor.Caller) {
			root := d.auth("t", "root")
			d.assertions["shown"] = twofactor.Assertion{
				Audience: "dash", Ref: root.Ref, IssuedAt: d.clock(), Inc: root.Incarnation, Generation: root.Generation, ACR: "1fa",
			}
			c.Actor.Assertion = "shown"
		}, "no second factor"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "plain", twofactor.RoleUser)
			d.enrolled("t", "root")
			d.policy("t", func(p *twofactor.Policy) { p.AdminProof = c.proof })
			caller := d.as("t", "root")
			c.shown(d, &caller)
			_, err := d.resets().Reset(d.ctx, caller, twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "r"})
			d.refused(err, twofactor.CodeReauthenticationRequired)
			var refusal *twofactor.Error
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Detail, c.says) {
				t.Errorf("the detail does not say %q: %v", c.says, err)
			}
		})
	}
}

// Who is not there and who may not are told the same, in words that help a
// developer with both.
func TestTheRefusalOfAnActorWhoMayNotSaysWhatToLookAt(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "plain", twofactor.RoleUser)
	var first string
	for _, actor := range []string{"ghost", "plain"} {
		_, err := d.resets().Reset(d.ctx, d.as("t", actor), twofactor.Ref{Tenant: "t", User: "root"}, twofactor.ResetInput{Reason: "r"})
		d.refused(err, twofactor.CodeForbidden)
		var refusal *twofactor.Error
		if !errors.As(err, &refusal) || !strings.Contains(refusal.Detail, "active user") || !strings.Contains(refusal.Detail, "permission") {
			t.Errorf("%s: the detail does not help: %v", actor, err)
			continue
		}
		if first == "" {
			first = refusal.Detail
		}
		if refusal.Detail != first {
			t.Errorf("%s is told %q, another %q", actor, refusal.Detail, first)
		}
	}
}
