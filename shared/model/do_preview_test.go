package model

import (
	"slices"
	"strings"

	"sallyport/shared/twofactor"
)

// preview asks what saving a policy would do; it changes nothing.
func (m *machine) preview(c call, tenant string, wanted twofactor.Policy) {
	t := m.tenants[tenant]
	want := m.admits(c, t, need{
		scope: twofactor.ScopeAdmin, actor: true,
		perms: []twofactor.Permission{twofactor.PermPolicyWrite, twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff},
	})
	got, err := m.policies.Preview(m.ctx, c.real(), tenant, wanted)
	if !m.agree(err, want, "preview %s mode=%s roles=%v sso=%s clients=%s proof=%s grace=%d/%d", tenant, wanted.Mode,
		wanted.Roles, wanted.SSO, wanted.Clients, wanted.AdminProof, wanted.GraceDays, wanted.MaxDeferrals) {
		return
	}
	var problems []twofactor.Code
	for _, p := range got.Problems {
		problems = append(problems, p.Code)
	}
	refused := m.maySave(c, t, wanted, t.version)
	slices.Sort(problems)
	slices.Sort(refused)
	m.same("the problems of the preview", text(problems), text([]twofactor.Code(refused)))
	then := t.under(wanted, m)
	m.sameGroups(then, got)
	m.same("the actor is safe", got.ActorSafe, m.safe(c, t, then))
}

// under is the tenant as it would be with another policy.
func (t *tenant) under(wanted twofactor.Policy, m *machine) *tenant {
	then := *t
	then.policy = wanted
	then.requires.turn(wanted.Mode == twofactor.ModeRequired, m.now)
	then.floor.turn(wanted.Clients != twofactor.ClientsOwn, m.now)
	then.users = map[string]*user{}
	for id, u := range t.users {
		moved := *u
		moved.tenant = &then
		then.users[id] = &moved
	}
	return &then
}

// sameGroups compares whom the policy would require, whom of them it would
// stop at the next login, and who of them could not prove a mailbox.
func (m *machine) sameGroups(then *tenant, got twofactor.PreviewAnswer) {
	m.t.Helper()
	var required, walled, mute []string
	for id, u := range then.users {
		if !u.mustHave(m.now) {
			continue
		}
		required = append(required, id)
		if !u.active || u.factor != nil {
			continue
		}
		if a := u.decide(u.usual(), false, m.now); a.decision == twofactor.DecisionEnroll && !a.skip {
			walled = append(walled, id)
		}
		at := &token{kind: twofactor.TokenLogin, user: u}
		if at.needsMailbox() && u.trusted(m.now) == "" {
			mute = append(mute, id)
		}
	}
	for _, group := range []struct {
		name string
		got  twofactor.PreviewGroup
		want []string
	}{{"required", got.Required, required}, {"walled", got.Walled, walled}, {"without e-mail", got.WithoutEmail, mute}} {
		slices.Sort(group.want)
		m.same("the preview's "+group.name, strings.Join(group.got.Sample, " "), strings.Join(group.want, " "))
		m.same("how many are "+group.name, group.got.Total, len(group.want))
	}
}

// safe: the actor can still sign in after the change, may change the policy
// again, and can show what it asks of administrators.
func (m *machine) safe(c call, t, then *tenant) bool {
	actor := *m.user(*c.actor)
	asserts := actor.tenant.policy.AdminProof == twofactor.ProofAssertion || then.policy.AdminProof == twofactor.ProofAssertion
	if actor.tenant == t {
		actor.tenant = then
		asserts = then.policy.AdminProof == twofactor.ProofAssertion
	}
	first := actor.usual()
	if m.twoBySSO(c) {
		first = twofactor.FirstFactor{Method: twofactor.SignInSSO, AMR: []string{"mfa"}}
	}
	a := actor.decide(first, false, m.now)
	switch {
	case a.decision == twofactor.DecisionDeny, a.decision == twofactor.DecisionEnroll && !a.skip:
		return false
	case asserts && actor.mustHave(m.now) && actor.factor == nil && a.reason != twofactor.ReasonSSO:
		return false
	}
	return actor.tenant.holdsAny(actor.role, twofactor.PermPolicyWrite, twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff)
}

// twoBySSO: the call shows a second factor that the actor's provider asked for.
func (m *machine) twoBySSO(c call) bool {
	return c.shown != nil && c.shown.stands(c.key, m.user(*c.actor), m.now, sessionOfActor) && c.shown.two() &&
		slices.Contains(c.shown.amr, "sso")
}
