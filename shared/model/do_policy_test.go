package model

import (
	"strconv"
	"time"

	"sallyport/shared/twofactor"
)

// putPolicy saves a policy over the version that the caller read.
func (m *machine) putPolicy(c call, tenant string, wanted twofactor.Policy, read uint64) {
	t := m.tenants[tenant]
	want := m.admits(c, t, need{
		scope: twofactor.ScopeAdmin, actor: true, recent: true,
		perms: []twofactor.Permission{twofactor.PermPolicyWrite, twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff},
	})
	if len(want) == 0 {
		want = m.maySave(c, t, wanted, read)
	}
	notify := m.oneIn(4, "notify")
	saved, err := m.policies.Put(m.ctx, c.real(), tenant, twofactor.PolicyInput{
		Policy: wanted, Notify: notify, IfMatch: strconv.Quote(strconv.FormatUint(read, 10)),
	})
	if !m.agree(err, want, "put policy %s mode=%s roles=%v %s sso=%s %v clients=%s proof=%s grace=%d/%d", tenant, wanted.Mode,
		wanted.Roles, wanted.UserOverrides, wanted.SSO, wanted.IDPs, wanted.Clients, wanted.AdminProof, wanted.GraceDays, wanted.MaxDeferrals) {
		return
	}
	t.requires.turn(wanted.Mode == twofactor.ModeRequired, m.now)
	t.floor.turn(wanted.Clients != twofactor.ClientsOwn, m.now)
	t.policy = wanted
	t.version++
	m.same("the version", saved.Number, t.version)
	m.tell(twofactor.EventPolicyChanged, twofactor.Ref{Tenant: tenant}, c.actor, c.key, string(wanted.Mode), strconv.FormatUint(t.version, 10))
	if notify {
		m.round(t, "", twofactor.MailRequired)
		m.runOutbox()
	}
}

// maySave are the guards of contract §6.
func (m *machine) maySave(c call, t *tenant, wanted twofactor.Policy, read uint64) refusals {
	var r refusals
	actor := m.user(*c.actor)
	r.add(read != t.version, twofactor.CodeStale)
	r.add(!maySwitch(actor, t.policy, wanted), twofactor.CodeForbidden)
	began := wanted.Mode == twofactor.ModeRequired &&
		(t.policy.Mode != twofactor.ModeRequired || wider(t.policy.Roles, wanted.Roles))
	r.add(began && !m.maySetRequired(c, t, actor, wanted), twofactor.CodeActorNotEnrolled)
	r.add(t.losesLast(t.deciders(t.policy), t.deciders(wanted)), twofactor.CodeLastAdministrator)
	return r
}

// maySwitch: who may not write the policy may only turn it on or off.
func maySwitch(actor *user, before, wanted twofactor.Policy) bool {
	rights := actor.tenant
	if rights.holds(actor.role, twofactor.PermPolicyWrite) {
		return true
	}
	same := before
	same.Mode = wanted.Mode
	if !equalPolicies(same, wanted) {
		return false
	}
	on := before.Mode == twofactor.ModeOff && wanted.Mode == twofactor.ModeAvailable
	return on && rights.holds(actor.role, twofactor.PermPolicySwitchOn) ||
		wanted.Mode == twofactor.ModeOff && rights.holds(actor.role, twofactor.PermPolicySwitchOff)
}

// maySetRequired: an active factor, single sign-on that needs none under the
// policy that is wanted, or a session that showed a second factor by SSO.
func (m *machine) maySetRequired(c call, t *tenant, actor *user, wanted twofactor.Policy) bool {
	seen := *actor
	if actor.tenant == t {
		changed := *t
		changed.policy = wanted
		seen.tenant = &changed
	}
	return actor.factor != nil && !actor.factor.disabled || seen.state(m.now) == twofactor.StateNotApplicable || m.twoBySSO(c)
}

// require sets the requirement of one user; many does the same for a list.
func (m *machine) require(c call, tenant, id string, value twofactor.RequirementValue, ends time.Time) {
	t := m.tenants[tenant]
	want := m.admits(c, t, lifting(value))
	if len(want) == 0 {
		want = m.mayRequire(c, t.users[id], value)
	}
	want.add(value == twofactor.RequirementInherit && !ends.IsZero(), twofactor.CodeInvalid)
	_, err := m.policies.SetRequirement(m.ctx, c.real(), twofactor.Ref{Tenant: tenant, User: id},
		twofactor.RequirementInput{Value: value, ExpiresAt: ends})
	if m.agree(err, want, "require %s/%s %s until %s", tenant, id, value, stamp(ends)) {
		m.setOwn(c, t.users[id], value, ends)
	}
}

// requireMany is one call for several users, each with his own result.
func (m *machine) requireMany(c call, tenant string, ids []string, value twofactor.RequirementValue, ends time.Time) {
	c = m.withKey(c)
	t := m.tenants[tenant]
	want := m.admits(c, t, lifting(value))
	want.add(value == twofactor.RequirementInherit && !ends.IsZero(), twofactor.CodeInvalid)
	if len(want) == 0 {
		off := t.policy.Mode == twofactor.ModeOff && (t.parent == nil || t.parent.policy.Clients == twofactor.ClientsOwn)
		want.add(off, twofactor.CodeNotAvailable)
	}
	notify := m.oneIn(2, "notify")
	in := twofactor.RequirementsInput{Users: ids, Value: value, ExpiresAt: ends, Notify: notify}
	results, err := m.policies.SetRequirements(m.ctx, c.real(), tenant, in)
	if !m.agree(err, want, "require many of %s %v %s until %s", tenant, ids, value, stamp(ends)) {
		return
	}
	for i, id := range ids {
		refused := m.mayRequire(c, t.users[id], value)
		m.same("whose result it is", results[i].ID, id)
		if m.agree(results[i].Err, refused, "  of them %s", id) {
			u := t.users[id]
			changed := m.setOwn(c, u, value, ends)
			m.same("what became of it", results[i].Outcome == twofactor.OutcomeUpdated, changed)
			if changed && notify && u.active && u.factor == nil && u.mustHave(m.now) {
				m.mail(twofactor.MailRequired, u.email())
			}
		}
	}
	m.runOutbox()
	m.again(c, t, lifting(value), func(caller twofactor.Caller) error {
		in.ExpiresAt = time.Time{}
		_, err := m.policies.SetRequirements(m.ctx, caller, tenant, in)
		return err
	})
}

func lifting(value twofactor.RequirementValue) need {
	permission := twofactor.PermRequirementsLift
	if value == twofactor.RequirementRequired {
		permission = twofactor.PermRequirementsRequire
	}
	return need{scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{permission}, actor: true, recent: true}
}

func (m *machine) mayRequire(c call, u *user, value twofactor.RequirementValue) refusals {
	if u == nil {
		return refusals{twofactor.CodeUserNotFound}
	}
	var r refusals
	r.add(value != twofactor.RequirementRequired && m.samePerson(*c.actor, u), twofactor.CodeSelfForbidden)
	r.add(u.resting(), twofactor.CodeNotAvailable)
	r.add(u.locked(), twofactor.CodeOverriddenByTenantPolicy)
	return r
}

// setOwn changes the user's own requirement; saying the same again is
// nothing, and another end does not set it anew.
func (m *machine) setOwn(c call, u *user, value twofactor.RequirementValue, ends time.Time) (changed bool) {
	now := u.own.at(m.now)
	if now.value == value && now.ends.Equal(ends) {
		return false
	}
	next := ownRequirement{value: value, set: m.now, ends: ends}
	if now.value == value {
		next.set = now.set
	}
	u.own = next
	m.tell(twofactor.EventRequirementSet, u.ref(), c.actor, c.key, string(value))
	return true
}

func equalPolicies(a, b twofactor.Policy) bool {
	flat := func(p twofactor.Policy) string { return text(p) }
	return flat(a) == flat(b)
}
