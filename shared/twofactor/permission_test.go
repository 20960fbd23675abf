package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestTN01AForeignTenantAnswersExactlyAsOneThatDoesNotExist(t *testing.T) {
	d := newDesk(t)
	d.tenant("a")
	d.tenant("b")
	d.user("b", "victim", twofactor.RoleUser)
	d.enrolled("b", "victim")
	own := &twofactor.APIKey{ID: "ka", Audience: "dash", Scopes: everyScope, Tenants: []string{"a"}}
	before := d.auth("b", "victim")

	calls := map[string]func(c twofactor.Caller, tenant string) error{
		"get tenant": func(c twofactor.Caller, tenant string) error {
			_, err := twofactor.NewTenants(d.deps).Get(d.ctx, c, tenant)
			return err
		},
		"put tenant": func(c twofactor.Caller, tenant string) error {
			_, _, err := twofactor.NewTenants(d.deps).Put(d.ctx, c, twofactor.TenantInput{Tenant: tenant, Name: "mine"})
			return err
		},
		"delete tenant": func(c twofactor.Caller, tenant string) error {
			_, err := twofactor.NewTenants(d.deps).Delete(d.ctx, c, tenant)
			return err
		},
		"get user": func(c twofactor.Caller, tenant string) error {
			_, err := d.users().Get(d.ctx, c, twofactor.Ref{Tenant: tenant, User: "victim"})
			return err
		},
		"put user": func(c twofactor.Caller, tenant string) error {
			_, _, err := d.users().Put(d.ctx, c, tenant, entry("victim", "admin"))
			return err
		},
		"put users": func(c twofactor.Caller, tenant string) error {
			_, err := d.users().PutMany(d.ctx, c, tenant, []twofactor.UserInput{entry("victim", "admin")})
			return err
		},
		"delete user": func(c twofactor.Caller, tenant string) error {
			return d.users().Delete(d.ctx, c, twofactor.Ref{Tenant: tenant, User: "victim"})
		},
		"get policy": func(c twofactor.Caller, tenant string) error {
			_, err := d.policies().Get(d.ctx, c, tenant)
			return err
		},
		"put policy": func(c twofactor.Caller, tenant string) error {
			_, err := d.policies().Put(d.ctx, c, tenant, twofactor.PolicyInput{Policy: twofactor.DefaultPolicy(), IfMatch: `"1"`})
			return err
		},
		"set requirement": func(c twofactor.Caller, tenant string) error {
			_, err := d.policies().SetRequirement(d.ctx, c, twofactor.Ref{Tenant: tenant, User: "victim"},
				twofactor.RequirementInput{Value: twofactor.RequirementExempt})
			return err
		},
		"reset": func(c twofactor.Caller, tenant string) error {
			_, err := d.resets().Reset(d.ctx, c, twofactor.Ref{Tenant: tenant, User: "victim"}, twofactor.ResetInput{Reason: "mine"})
			return err
		},
		"unlock": func(c twofactor.Caller, tenant string) error {
			_, err := d.resets().Unlock(d.ctx, c, twofactor.Ref{Tenant: tenant, User: "victim"})
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			d.t = t
			c := d.as("a", "root")
			c.Key = own
			foreign, missing := call(c, "b"), call(c, "nowhere")
			d.refused(foreign, twofactor.CodeTenantNotFound)
			if foreign.Error() != missing.Error() {
				t.Errorf("a foreign tenant says %q, a missing one %q", foreign, missing)
			}
		})
	}
	if after := d.auth("b", "victim"); after.Version != before.Version {
		t.Error("the foreign user was written")
	}
}

func TestTN02AnActorOfAnotherTenantHoldsNothingHere(t *testing.T) {
	d := newDesk(t)
	d.tenant("a")
	d.tenant("b")
	d.user("a", "u", twofactor.RoleUser)
	_, err := d.resets().Reset(d.ctx, d.as("b", "root"), twofactor.Ref{Tenant: "a", User: "u"}, twofactor.ResetInput{Reason: "r"})
	d.refused(err, twofactor.CodeForbidden)
}

func TestTN04IdsOfAnotherFormAreRefusedBeforeAnythingIsRead(t *testing.T) {
	d := newDesk(t)
	d.tenant("a")
	d.store.OnLoad(func([]twofactor.Want) error {
		t.Error("a record was read")
		return nil
	})
	for _, id := range []string{"", "a#b", "a/b", "a|b", "a\x00", ".a", "ä", string(make([]byte, 129))} {
		_, err := twofactor.NewTenants(d.deps).Get(d.ctx, d.plain(), id)
		d.refused(err, twofactor.CodeInvalid)
		_, err = d.users().Get(d.ctx, d.plain(), twofactor.Ref{Tenant: "a", User: id})
		d.refused(err, twofactor.CodeInvalid)
		_, _, err = d.users().Put(d.ctx, d.plain(), "a", entry(id, "user"))
		d.refused(err, twofactor.CodeInvalid)
	}
}

func TestTN08TheSameUserIdInTwoTenantsIsTwoUsers(t *testing.T) {
	d := newDesk(t)
	d.tenant("a")
	d.tenant("b")
	for _, tenant := range []string{"a", "b"} {
		d.user(tenant, "same", twofactor.RoleUser)
		d.enrolled(tenant, "same")
	}
	before := d.auth("b", "same")
	_, err := d.resets().Reset(d.ctx, d.as("a", "root"), twofactor.Ref{Tenant: "a", User: "same"}, twofactor.ResetInput{Reason: "r"})
	d.ok(err)
	_, err = d.policies().SetRequirement(d.ctx, d.as("a", "root"), twofactor.Ref{Tenant: "a", User: "same"},
		twofactor.RequirementInput{Value: twofactor.RequirementRequired})
	d.ok(err)
	if after := d.auth("b", "same"); after.Version != before.Version || after.Factor == nil {
		t.Error("the user of the other tenant was touched")
	}
}

func TestAZ03APersonsTokenOpensNoPlatformCall(t *testing.T) {
	d := newDesk(t)
	d.tenant("a")
	person := twofactor.Caller{Person: &twofactor.Token{Kind: twofactor.TokenLogin, Ref: twofactor.Ref{Tenant: "a", User: "root"}}}
	_, err := d.users().Get(d.ctx, person, twofactor.Ref{Tenant: "a", User: "root"})
	d.refused(err, twofactor.CodeUnauthenticated)
	_, _, err = d.users().Put(d.ctx, person, "a", entry("new", twofactor.RoleSuperAdmin))
	d.refused(err, twofactor.CodeUnauthenticated)
	_, err = d.policies().Get(d.ctx, person, "a")
	d.refused(err, twofactor.CodeUnauthenticated)
	_, _, err = twofactor.NewTenants(d.deps).Put(d.ctx, person, twofactor.TenantInput{Tenant: "b", Name: "b"})
	d.refused(err, twofactor.CodeUnauthenticated)
	_, _, err = twofactor.NewKeys(d.deps).Create(d.ctx, person, twofactor.KeyInput{})
	d.refused(err, twofactor.CodeUnauthenticated)
}

func TestWhoMayResetIsDecidedByScopeActorPermissionAndRecency(t *testing.T) {
	fresh := func(d *desk, user string) twofactor.Caller { return d.as("t", user) }
	cases := map[string]struct {
		caller func(d *desk) twofactor.Caller
		want   twofactor.Code
	}{
		"a super admin may":                    {func(d *desk) twofactor.Caller { return fresh(d, "root") }, ""},
		"a role that holds the permission may": {func(d *desk) twofactor.Caller { return fresh(d, "helper") }, ""},
		"another role may not":                 {func(d *desk) twofactor.Caller { return fresh(d, "boss") }, twofactor.CodeForbidden},
		"a person without the platform may not": {func(d *desk) twofactor.Caller {
			return twofactor.Caller{Person: &twofactor.Token{}}
		}, twofactor.CodeUnauthenticated},
		"a key without the scope may not": {func(d *desk) twofactor.Caller {
			c := fresh(d, "root")
			c.Key = &twofactor.APIKey{Scopes: []twofactor.Scope{twofactor.ScopeUsers, twofactor.ScopeLogin}, Tenants: []string{"*"}}
			return c
		}, twofactor.CodeForbidden},
		"nobody named":                {func(d *desk) twofactor.Caller { return d.plain() }, twofactor.CodeActorRequired},
		"somebody who does not exist": {func(d *desk) twofactor.Caller { return fresh(d, "ghost") }, twofactor.CodeForbidden},
		"somebody who is not active":  {func(d *desk) twofactor.Caller { return fresh(d, "asleep") }, twofactor.CodeForbidden},
		"a check of 5 minutes ago": {func(d *desk) twofactor.Caller {
			c := fresh(d, "root")
			c.Actor.AuthenticatedAt = d.clock().Add(-5 * time.Minute)
			return c
		}, ""},
		"a check of more than 5 minutes ago": {func(d *desk) twofactor.Caller {
			c := fresh(d, "root")
			c.Actor.AuthenticatedAt = d.clock().Add(-5*time.Minute - time.Second)
			return c
		}, twofactor.CodeReauthenticationRequired},
		"no check": {func(d *desk) twofactor.Caller {
			c := fresh(d, "root")
			c.Actor.AuthenticatedAt = time.Time{}
			return c
		}, twofactor.CodeReauthenticationRequired},
		"a check 60 s ahead": {func(d *desk) twofactor.Caller {
			c := fresh(d, "root")
			c.Actor.AuthenticatedAt = d.clock().Add(60 * time.Second)
			return c
		}, ""},
		"a check further ahead": {func(d *desk) twofactor.Caller {
			c := fresh(d, "root")
			c.Actor.AuthenticatedAt = d.clock().Add(61 * time.Second)
			return c
		}, twofactor.CodeMalformed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.policy("t", func(p *twofactor.Policy) {
				p.Permissions[twofactor.PermFactorsReset] = []string{"helpdesk"}
			})
			d.user("t", "helper", "helpdesk")
			d.user("t", "boss", twofactor.RoleAdmin)
			d.user("t", "plain", twofactor.RoleUser)
			idle := false
			sleeper := entry("asleep", twofactor.RoleSuperAdmin)
			sleeper.Active = &idle
			_, _, err := d.users().Put(d.ctx, d.plain(), "t", sleeper)
			d.ok(err)
			_, err = d.resets().Reset(d.ctx, c.caller(d), twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "lost phone"})
			d.refused(err, c.want)
		})
	}
}

func TestAChangeOfRoleCountsAtTheNextCall(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "other", twofactor.RoleSuperAdmin)
	d.user("t", "plain", twofactor.RoleUser)
	_, err := d.resets().Reset(d.ctx, d.as("t", "other"), twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "r"})
	d.ok(err)
	d.user("t", "other", twofactor.RoleUser)
	_, err = d.resets().Reset(d.ctx, d.as("t", "other"), twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "r"})
	d.refused(err, twofactor.CodeForbidden)
}

func TestAReadNeedsNoActorButOneWhoIsNamedNeedsThePermission(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "boss", twofactor.RoleAdmin)
	d.user("t", "plain", twofactor.RoleUser)
	root := twofactor.Ref{Tenant: "t", User: "root"}
	for user, want := range map[string]twofactor.Code{"boss": "", "plain": twofactor.CodeForbidden} {
		c := d.as("t", user)
		c.Actor.AuthenticatedAt = time.Time{}
		_, err := d.users().Get(d.ctx, c, root)
		d.refused(err, want)
	}
	_, err := d.users().Get(d.ctx, d.plain(), root)
	d.ok(err)
	_, err = d.policies().Get(d.ctx, d.as("t", "boss"), "t")
	d.refused(err, twofactor.CodeForbidden)
}

func TestAnActorOfTheParentActsByTheParentsPolicyAndNeedsAKeyForBoth(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("shop", "msp")
	d.user("msp", "helper", "helpdesk")
	d.user("shop", "plain", twofactor.RoleUser)
	reset := func(c twofactor.Caller) error {
		_, err := d.resets().Reset(d.ctx, c, twofactor.Ref{Tenant: "shop", User: "plain"}, twofactor.ResetInput{Reason: "r"})
		return err
	}
	d.policy("shop", func(p *twofactor.Policy) { p.Permissions[twofactor.PermFactorsReset] = []string{"helpdesk"} })
	d.refused(reset(d.as("msp", "helper")), twofactor.CodeForbidden)
	d.policy("msp", func(p *twofactor.Policy) { p.Permissions[twofactor.PermFactorsReset] = []string{"helpdesk"} })
	d.ok(reset(d.as("msp", "helper")))

	narrow := d.as("msp", "helper")
	narrow.Key = &twofactor.APIKey{ID: "k2", Scopes: everyScope, Tenants: []string{"shop"}}
	d.refused(reset(narrow), twofactor.CodeForbidden)
	wide := d.as("msp", "helper")
	wide.Key = &twofactor.APIKey{ID: "k3", Scopes: everyScope, Tenants: []string{"msp"}}
	d.ok(reset(wide))
}

func TestWhereThePolicyAsksForAnAssertionThePlatformsWordIsNotEnough(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("t", "msp")
	d.user("t", "plain", twofactor.RoleUser)
	d.enrolled("t", "root")
	d.enrolled("msp", "root")
	d.policy("t", func(p *twofactor.Policy) { p.AdminProof = twofactor.ProofAssertion })
	root := d.auth("t", "root")
	good := twofactor.Assertion{
		Audience: "dash", Ref: root.Ref, IssuedAt: d.clock(), Inc: root.Incarnation,
		Generation: root.Generation, ACR: "2fa", AMR: []string{"otp", "mfa"},
	}
	cases := map[string]struct {
		change func(*twofactor.Assertion)
		want   twofactor.Code
	}{
		"a fresh one of the actor":  {func(*twofactor.Assertion) {}, ""},
		"5 minutes old":             {func(a *twofactor.Assertion) { a.IssuedAt = a.IssuedAt.Add(-5 * time.Minute) }, ""},
		"older":                     {func(a *twofactor.Assertion) { a.IssuedAt = a.IssuedAt.Add(-5*time.Minute - time.Second) }, twofactor.CodeReauthenticationRequired},
		"from the future":           {func(a *twofactor.Assertion) { a.IssuedAt = a.IssuedAt.Add(61 * time.Second) }, twofactor.CodeReauthenticationRequired},
		"of another audience":       {func(a *twofactor.Assertion) { a.Audience = "other" }, twofactor.CodeReauthenticationRequired},
		"of another user":           {func(a *twofactor.Assertion) { a.Ref.User = "plain" }, twofactor.CodeReauthenticationRequired},
		"of another tenant":         {func(a *twofactor.Assertion) { a.Ref.Tenant = "msp" }, twofactor.CodeReauthenticationRequired},
		"of an earlier user":        {func(a *twofactor.Assertion) { a.Inc = "before" }, twofactor.CodeReauthenticationRequired},
		"of an earlier factor":      {func(a *twofactor.Assertion) { a.Generation-- }, twofactor.CodeReauthenticationRequired},
		"without the second factor": {func(a *twofactor.Assertion) { a.ACR = "1fa" }, twofactor.CodeReauthenticationRequired},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d.t = t
			shown := good
			c.change(&shown)
			d.assertions["shown"] = shown
			caller := d.as("t", "root")
			caller.Actor.Assertion = "shown"
			_, err := d.resets().Reset(d.ctx, caller, twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "r"})
			d.refused(err, c.want)
		})
	}
	d.t = t
	_, err := d.resets().Reset(d.ctx, d.as("t", "root"), twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "r"})
	d.refused(err, twofactor.CodeReauthenticationRequired)
	_, err = d.resets().Reset(d.ctx, d.as("msp", "root"), twofactor.Ref{Tenant: "t", User: "plain"}, twofactor.ResetInput{Reason: "r"})
	d.refused(err, twofactor.CodeReauthenticationRequired)
}
