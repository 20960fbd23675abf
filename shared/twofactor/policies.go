package twofactor

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Policies keeps what tenants decided about two-factor authentication, and
// what was decided for single users.
type Policies struct{ Deps }

// NewPolicies makes Policies.
func NewPolicies(d Deps) *Policies { return &Policies{Deps: d} }

// PolicyInput is a policy to save.
type PolicyInput struct {
	Policy Policy
	// IfMatch is the header as it came; "" when it is missing.
	IfMatch string
	// Notify asks for a mail to everyone who is now required and has no
	// factor.
	Notify bool
}

// requirementMemory is how long switching off may last without the grace
// beginning anew (contract §6).
const requirementMemory = 30 * day

// Get gives the tenant's policy as it was saved last.
func (p *Policies) Get(ctx context.Context, c Caller, tenant string) (PolicyVersion, error) {
	a, err := p.authorize(ctx, c, tenant, actPolicyRead)
	if err != nil {
		return PolicyVersion{}, err
	}
	return a.tenant.Policy, nil
}

// Put saves a policy over the version that IfMatch names. It answers
// CodeIfMatchRequired, CodeStale, CodeInvalid with every member that is wrong,
// CodeForbidden where the actor may only switch on or off,
// CodeActorNotEnrolled and CodeLastAdministrator.
func (p *Policies) Put(ctx context.Context, c Caller, tenant string, in PolicyInput) (PolicyVersion, error) {
	var saved PolicyVersion
	err := p.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		a, err := p.authorize(ctx, c, tenant, actPolicyWrite, Want{Key: RosterKey(tenant)})
		if err != nil {
			return Commit{}, err
		}
		if err := p.maySave(ctx, c, a, in); err != nil {
			return Commit{}, err
		}
		next := withPolicy(a.tenant, in.Policy, a.actor.Ref, a.now)
		saved = next.Policy
		return p.policyCommit(c, a, next, in.Notify)
	})
	return saved, err
}

// maySave judges form, version and actor, in this order.
func (p *Policies) maySave(ctx context.Context, c Caller, a *access, in PolicyInput) error {
	if err := checkIfMatch(in.IfMatch, a.tenant.Policy.Number); err != nil {
		return err
	}
	if err := invalidFields(in.Policy.Validate()); err != nil {
		return err
	}
	if err := maySwitch(a, in.Policy); err != nil {
		return err
	}
	return p.mayRequire(ctx, c, a, in.Policy)
}

// mayRequire refuses an actor who would require of others what he has not.
func (p *Policies) mayRequire(ctx context.Context, c Caller, a *access, wanted Policy) error {
	if !requiresMore(a.tenant.Policy.Policy, wanted) {
		return nil
	}
	return p.actorEnrolled(ctx, c, a, wanted)
}

// checkIfMatch takes exactly the strong entity tag of the version that is
// saved now (RFC 9110, 13.1.1).
func checkIfMatch(header string, number uint64) error {
	switch strings.TrimSpace(header) {
	case "":
		return refuse(CodeIfMatchRequired, "Send If-Match with the ETag of the policy that you read.")
	case PolicyETag(number):
		return nil
	}
	return refuse(CodeStale, "That is not the ETag of the policy as it is now. Read it again, and send its ETag as it came, with the quotes.")
}

// PolicyETag is the entity tag of a version of a policy.
func PolicyETag(number uint64) string { return strconv.Quote(strconv.FormatUint(number, 10)) }

// maySwitch holds back an actor who has no policy.write: policy.switch_on may
// only turn off into available, policy.switch_off only anything into off, and
// nothing else may differ.
func maySwitch(a *access, wanted Policy) error {
	rights, role := a.actorPolicy(), a.actor.Role
	if rights.holds(role, PermPolicyWrite) {
		return nil
	}
	current := a.tenant.Policy.Policy
	switched := current
	switched.Mode = wanted.Mode
	on := current.Mode == ModeOff && wanted.Mode == ModeAvailable && rights.holds(role, PermPolicySwitchOn)
	off := wanted.Mode == ModeOff && rights.holds(role, PermPolicySwitchOff)
	if (on || off) && samePolicy(switched, wanted) {
		return nil
	}
	return notAllowed()
}

// requiresMore: the policy begins to require, or requires other roles.
func requiresMore(before, after Policy) bool {
	if after.Mode != ModeRequired {
		return false
	}
	if before.Mode != ModeRequired {
		return true
	}
	for _, role := range after.Roles {
		if !listed(before.Roles, role) {
			return true
		}
	}
	return false
}

// actorEnrolled demands that whoever requires a factor of others passes the
// second door himself: by an active factor, by single sign-on that needs none,
// or by an assertion that shows a second factor by SSO.
func (p *Policies) actorEnrolled(ctx context.Context, c Caller, a *access, wanted Policy) error {
	if a.actor.Factor != nil && !a.actor.Factor.Disabled {
		return nil
	}
	seenBy := *a.actorTenant
	if seenBy.ID == a.tenant.ID {
		seenBy.Policy.Policy = wanted
	}
	if a.actorVerdict(&seenBy).State == StateNotApplicable {
		return nil
	}
	shown, err := p.showsSecondBySSO(ctx, c, a)
	if err != nil || shown {
		return err
	}
	return refuse(CodeActorNotEnrolled, "Enrol yourself before you require it of others.")
}

// showsSecondBySSO reports whether the actor's assertion shows that single
// sign-on asked him for a second factor.
func (p *Policies) showsSecondBySSO(ctx context.Context, c Caller, a *access) (bool, error) {
	shown, err := p.readActorAssertion(ctx, c, a, assertionAge)
	if err != nil || shown == nil {
		return false, err
	}
	return shown.ACR == acrTwo && contains(shown.AMR, amrSSO), nil
}

// withPolicy is a copy of the tenant with a new version of its policy.
func withPolicy(t *Tenant, wanted Policy, by Ref, now time.Time) *Tenant {
	next := *t
	before := t.Policy.Policy
	next.Policy = PolicyVersion{Policy: wanted, Number: t.Policy.Number + 1, UpdatedAt: now, UpdatedBy: &by}
	next.RequiredSince, next.RequiredUntil = begun(t.RequiredSince, t.RequiredUntil, now,
		before.Mode == ModeRequired, wanted.Mode == ModeRequired)
	next.FloorSince, next.FloorUntil = begun(t.FloorSince, t.FloorUntil, now,
		before.Clients != ClientsOwn, wanted.Clients != ClientsOwn)
	return &next
}

// begun moves the beginning and the end of something that a policy requires.
// A beginning stands as long as it is required, however much stricter it
// becomes, and also when it begins again within 30 days: no edit renews a
// grace (contract §6).
func begun(since, until, now time.Time, before, after bool) (time.Time, time.Time) {
	switch {
	case after && !before:
		if since.IsZero() || until.IsZero() || now.Sub(until) > requirementMemory {
			since = now
		}
		return since, time.Time{}
	case before && !after:
		return since, now
	}
	return since, until
}

// policyCommit writes the tenant alone. The roster must still be what was
// read, so that no demotion at the same moment leaves nobody.
func (p *Policies) policyCommit(c Caller, a *access, next *Tenant, notify bool) (Commit, error) {
	if err := a.keepsDecider(next); err != nil {
		return Commit{}, err
	}
	roster := Get[Roster](a.found, RosterKey(next.ID))
	before, after := soundPolicy(a.tenant.Policy.Policy), next.Policy.Policy
	e, err := p.event(c, EventPolicyChanged, Ref{Tenant: next.ID})
	if err != nil {
		return Commit{}, err
	}
	e.Detail["version"] = strconv.FormatUint(next.Policy.Number, 10)
	e.Detail["mode"] = string(after.Mode)
	if before.Mode != after.Mode {
		e.Detail["mode_before"] = string(before.Mode)
	}
	if notify {
		e.Detail[DetailNotify] = "true"
	}
	if roster == nil {
		roster = &Roster{Tenant: next.ID}
	}
	return Commit{Event: e, Put: []Record{next}, Check: []Record{roster}}, nil
}

// keepsDecider refuses a policy under which nobody could decide resets any
// more.
func (a *access) keepsDecider(next *Tenant) error {
	roster := Get[Roster](a.found, RosterKey(next.ID))
	before, after := soundPolicy(a.tenant.Policy.Policy), next.Policy.Policy
	return keepsDecider(next, roster.deciders(before), roster.deciders(after))
}
