package twofactor_test

import (
	"time"

	"sallyport/shared/twofactor"
)

// platformCall is one call of a platform, as contract §3 and §6 have it: what
// the key must hold, which permissions suffice, whether it needs an actor and
// his fresh check.
type platformCall struct {
	// action is the row of the permission table that must judge it.
	action string
	name   string
	scope  twofactor.Scope
	perms  []twofactor.Permission
	// actor and recent as in GrantRow.
	actor, recent bool
	// top is for calls about a tenant that has no parent.
	top bool
	// once is for calls that cannot be made twice.
	once    bool
	prepare func(w *world)
	call    func(w *world, c twofactor.Caller) error
}

const (
	users = twofactor.ScopeUsers
	admin = twofactor.ScopeAdmin
	login = twofactor.ScopeLogin
)

func perms(list ...twofactor.Permission) []twofactor.Permission { return list }

// platformCalls lists every call that a platform can make on a tenant.
func platformCalls() []platformCall {
	calls := tenantCalls()
	calls = append(calls, directoryCalls()...)
	calls = append(calls, loginCalls()...)
	calls = append(calls, policyCalls()...)
	calls = append(calls, factorCalls()...)
	calls = append(calls, reportCalls()...)
	return append(calls, deskCalls()...)
}

func tenantCalls() []platformCall {
	write := perms(twofactor.PermPolicyWrite)
	put := func(w *world, c twofactor.Caller, in twofactor.TenantInput) error {
		_, _, err := twofactor.NewTenants(w.deps).Put(w.ctx, c, in)
		return err
	}
	return []platformCall{
		{action: "tenant.read", name: "show the tenant", scope: admin, perms: perms(twofactor.PermReportsRead),
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewTenants(w.deps).Get(w.ctx, c, w.tenant)
				return err
			}},
		{action: "tenant.make_client", name: "make a client", scope: admin, perms: write, actor: true, top: true, once: true,
			call: func(w *world, c twofactor.Caller) error {
				return put(w, c, twofactor.TenantInput{Tenant: w.tenant + ".new", Name: "new", Parent: &w.tenant})
			}},
		{action: "tenant.change", name: "change the tenant", scope: admin, perms: write, actor: true, recent: true,
			call: func(w *world, c twofactor.Caller) error {
				return put(w, c, twofactor.TenantInput{Tenant: w.tenant, Name: "changed"})
			}},
		{action: "tenant.delete", name: "delete the tenant", scope: admin, perms: write, actor: true, recent: true, once: true,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewTenants(w.deps).Delete(w.ctx, c, w.tenant)
				return err
			}},
	}
}

func directoryCalls() []platformCall {
	read := perms(twofactor.PermReportsRead)
	return []platformCall{
		{action: "user.read", name: "show a user", scope: users, perms: read,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewUsers(w.deps).Get(w.ctx, c, w.ann)
				return err
			}},
		{action: "user.read", name: "list users", scope: users, perms: read,
			call: func(w *world, c twofactor.Caller) error {
				_, _, err := twofactor.NewUsers(w.deps).List(w.ctx, c, w.tenant, twofactor.UserQuery{})
				return err
			}},
		{action: "user.explain", name: "explain a decision", scope: users, perms: read,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewPolicies(w.deps).Explain(w.ctx, c, w.ann)
				return err
			}},
		{action: "user.write", name: "put a user", scope: users,
			call: func(w *world, c twofactor.Caller) error {
				_, _, err := twofactor.NewUsers(w.deps).Put(w.ctx, c, w.tenant, entry("new", twofactor.RoleUser))
				return err
			}},
		{action: "user.write", name: "put users", scope: users,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewUsers(w.deps).PutMany(w.ctx, c, w.tenant, []twofactor.UserInput{entry("new", twofactor.RoleUser)})
				return err
			}},
		{action: "user.write", name: "delete a user", scope: users,
			call: func(w *world, c twofactor.Caller) error {
				return twofactor.NewUsers(w.deps).Delete(w.ctx, c, w.ann)
			}},
	}
}

func loginCalls() []platformCall {
	return []platformCall{
		{action: "login", name: "begin a login", scope: login,
			call: func(w *world, c twofactor.Caller) error {
				_, err := w.verify.Login(w.ctx, c, w.tenant, twofactor.LoginInput{
					User: twofactor.LoginUser{ID: w.ann.User}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
				})
				return err
			}},
		{action: "redeem", name: "redeem an assertion", scope: login, once: true,
			call: func(w *world, c twofactor.Caller) error {
				answer := w.signIn(w.ann)
				_, err := w.verify.Redeem(w.ctx, c, w.tenant, twofactor.RedeemInput{Assertion: answer.Assertion})
				return err
			}},
		{action: "self_service", name: "open self-service", scope: login,
			call: func(w *world, c twofactor.Caller) error {
				_, err := w.verify.SelfService(w.ctx, c, w.ann, twofactor.SelfServiceInput{})
				return err
			}},
		{action: "check", name: "ask the gate", scope: login,
			call: func(w *world, c twofactor.Caller) error {
				_, err := w.verify.Check(w.ctx, c, w.ann, twofactor.CheckInput{Action: "take_control"})
				return err
			}},
		{action: "activation", name: "answer the gate's dialog", scope: login,
			call: func(w *world, c twofactor.Caller) error {
				_, err := w.verify.Activate(w.ctx, c, w.ann, twofactor.ActivateNow)
				return err
			}},
	}
}

func policyCalls() []platformCall {
	write, on, off := twofactor.PermPolicyWrite, twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff
	save := func(change func(*twofactor.Policy)) func(*world, twofactor.Caller) error {
		return func(w *world, c twofactor.Caller) error {
			saved := stored[twofactor.Tenant](w.rig, twofactor.TenantKey(w.tenant)).Policy
			change(&saved.Policy)
			_, err := twofactor.NewPolicies(w.deps).Put(w.ctx, c, w.tenant,
				twofactor.PolicyInput{Policy: saved.Policy, IfMatch: twofactor.PolicyETag(saved.Number)})
			return err
		}
	}
	switchedOff := func(w *world) { w.policy(w.tenant, func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff }) }
	calls := []platformCall{
		{action: "policy.read", name: "show the policy", scope: admin, perms: perms(write, on, off),
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewPolicies(w.deps).Get(w.ctx, c, w.tenant)
				return err
			}},
		{action: "policy.preview", name: "preview a policy", scope: admin, perms: perms(write, on, off), actor: true,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewPolicies(w.deps).Preview(w.ctx, c, w.tenant, twofactor.DefaultPolicy())
				return err
			}},
		{action: "policy.write", name: "change the policy", scope: admin, perms: perms(write), actor: true, recent: true,
			call: save(func(p *twofactor.Policy) { p.SessionHours = 12 })},
		{action: "policy.write", name: "switch it on", scope: admin, perms: perms(write, on), actor: true, recent: true, once: true,
			prepare: switchedOff, call: save(func(p *twofactor.Policy) { p.Mode = twofactor.ModeAvailable })},
		{action: "policy.write", name: "switch it off", scope: admin, perms: perms(write, off), actor: true, recent: true, once: true,
			call: save(func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })},
	}
	for value, permission := range map[twofactor.RequirementValue]twofactor.Permission{
		twofactor.RequirementRequired: twofactor.PermRequirementsRequire,
		twofactor.RequirementExempt:   twofactor.PermRequirementsLift,
		twofactor.RequirementInherit:  twofactor.PermRequirementsLift,
	} {
		calls = append(calls, requirementCalls(value, permission)...)
	}
	return calls
}

func requirementCalls(value twofactor.RequirementValue, permission twofactor.Permission) []platformCall {
	action := "requirement.lift"
	if value == twofactor.RequirementRequired {
		action = "requirement.require"
	}
	return []platformCall{
		{action: action, name: string(value) + " for one", scope: admin, perms: perms(permission), actor: true, recent: true,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewPolicies(w.deps).SetRequirement(w.ctx, c, w.ann, twofactor.RequirementInput{Value: value})
				return err
			}},
		{action: action, name: string(value) + " for many", scope: admin, perms: perms(permission), actor: true, recent: true,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewPolicies(w.deps).SetRequirements(w.ctx, c, w.tenant,
					twofactor.RequirementsInput{Users: []string{"ann"}, Value: value})
				return err
			}},
	}
}

func factorCalls() []platformCall {
	factor := func(w *world) {
		ann := w.auth(w.ann)
		ann.Factor = &twofactor.Factor{Secret: twofactor.SecretBytes("sealed"), EnrolledAt: w.clock()}
		w.put(ann)
	}
	return []platformCall{
		{action: "enrollment_link", name: "make an enrolment link", scope: admin, perms: perms(twofactor.PermLinksWrite), actor: true, recent: true,
			call: func(w *world, c twofactor.Caller) error {
				_, err := w.enroll.Link(w.ctx, c, w.ann, twofactor.DeliverReturn)
				return err
			}},
		{action: "factor.reset", name: "reset a factor", scope: admin, perms: perms(twofactor.PermFactorsReset), actor: true, recent: true,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewResets(w.deps).Reset(w.ctx, c, w.ann, twofactor.ResetInput{Reason: "lost"})
				return err
			}},
		{action: "factor.unlock", name: "unlock a factor", scope: admin, perms: perms(twofactor.PermFactorsReset), actor: true, recent: true,
			prepare: factor, call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewResets(w.deps).Unlock(w.ctx, c, w.ann)
				return err
			}},
	}
}

// stale makes an actor's check an hour old.
func stale(c twofactor.Caller) twofactor.Caller {
	actor := *c.Actor
	actor.AuthenticatedAt = actor.AuthenticatedAt.Add(-time.Hour)
	c.Actor = &actor
	return c
}
