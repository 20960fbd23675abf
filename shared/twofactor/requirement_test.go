package twofactor_test

import (
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestWhenTheRequirementOfOneUserMayBeChanged(t *testing.T) {
	policy := func(change func(*twofactor.Policy)) func(*desk) {
		return func(d *desk) { d.policy("t", change) }
	}
	cases := map[string]struct {
		prepare func(*desk)
		user    string
		value   twofactor.RequirementValue
		want    twofactor.Code
	}{
		"required":               {nil, "ann", twofactor.RequirementRequired, ""},
		"exempt":                 {nil, "ann", twofactor.RequirementExempt, ""},
		"an unknown value":       {nil, "ann", "optional", twofactor.CodeInvalid},
		"nobody there":           {nil, "ghost", twofactor.RequirementRequired, twofactor.CodeUserNotFound},
		"required of oneself":    {nil, "root", twofactor.RequirementRequired, ""},
		"exempting oneself":      {nil, "root", twofactor.RequirementExempt, twofactor.CodeSelfForbidden},
		"inheriting for oneself": {nil, "root", twofactor.RequirementInherit, twofactor.CodeSelfForbidden},
		"while it is off": {policy(func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff }),
			"ann", twofactor.RequirementRequired, twofactor.CodeNotAvailable},
		"exempt where the role is required": {policy(func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired }),
			"ann", twofactor.RequirementExempt, ""},
		"exempt where it is locked": {policy(func(p *twofactor.Policy) {
			p.Mode, p.UserOverrides = twofactor.ModeRequired, twofactor.OverridesLocked
		}), "ann", twofactor.RequirementExempt, twofactor.CodeOverriddenByTenantPolicy},
		"locked, but for another role": {policy(func(p *twofactor.Policy) {
			p.Mode, p.UserOverrides, p.Roles = twofactor.ModeRequired, twofactor.OverridesLocked, []string{"admin"}
		}), "ann", twofactor.RequirementRequired, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "ann", twofactor.RoleUser)
			if c.prepare != nil {
				c.prepare(d)
			}
			view, err := d.policies().SetRequirement(d.ctx, d.as("t", "root"), twofactor.Ref{Tenant: "t", User: c.user},
				twofactor.RequirementInput{Value: c.value, Reason: "asked for"})
			d.refused(err, c.want)
			if err == nil && view.Requirement.Value != c.value {
				t.Errorf("the user shows %q", view.Requirement.Value)
			}
		})
	}
}

func TestNothingHereLiftsWhatTheParentRequiresEvenWhileItIsOff(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("shop", "msp")
	d.user("shop", "ann", twofactor.RoleUser)
	d.policy("msp", func(p *twofactor.Policy) { p.Clients = twofactor.ClientsRequired })
	d.policy("shop", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	_, err := d.policies().SetRequirement(d.ctx, d.as("shop", "root"), twofactor.Ref{Tenant: "shop", User: "ann"},
		twofactor.RequirementInput{Value: twofactor.RequirementExempt})
	d.refused(err, twofactor.CodeOverriddenByTenantPolicy)
}

func TestToRequireAndToLiftAreTwoPermissions(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.user("t", "on", "on")
	d.user("t", "off", "off")
	d.policy("t", func(p *twofactor.Policy) {
		p.Permissions[twofactor.PermRequirementsRequire] = []string{"on"}
		p.Permissions[twofactor.PermRequirementsLift] = []string{"off"}
	})
	for _, c := range []struct {
		actor string
		value twofactor.RequirementValue
		want  twofactor.Code
	}{
		{"on", twofactor.RequirementRequired, ""}, {"on", twofactor.RequirementInherit, twofactor.CodeForbidden},
		{"off", twofactor.RequirementRequired, twofactor.CodeForbidden}, {"off", twofactor.RequirementInherit, ""},
	} {
		_, err := d.policies().SetRequirement(d.ctx, d.as("t", c.actor), twofactor.Ref{Tenant: "t", User: "ann"},
			twofactor.RequirementInput{Value: c.value})
		if got := twofactor.CodeOf(err); got != c.want {
			t.Errorf("%s sets %s: %q, want %q", c.actor, c.value, got, c.want)
		}
	}
}

func TestARequirementEndsByItselfAndSayingItAgainNeitherWritesNorRenewsTheGrace(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	ref := twofactor.Ref{Tenant: "t", User: "ann"}
	set := func(in twofactor.RequirementInput) twofactor.UserView {
		t.Helper()
		view, err := d.policies().SetRequirement(d.ctx, d.as("t", "root"), ref, in)
		d.ok(err)
		return view
	}
	in := twofactor.RequirementInput{Value: twofactor.RequirementRequired, Reason: "audit", ExpiresAt: d.clock().Add(48 * time.Hour)}
	if view := set(in); view.State != twofactor.StatePending || view.Requirement.Value != twofactor.RequirementRequired {
		t.Errorf("the user shows %+v", view)
	}
	if e := d.lastEvent(); e.Type != twofactor.EventRequirementSet || e.Detail[twofactor.DetailReason] != "audit" || e.Actor.User != "root" {
		t.Errorf("the event is %+v", e)
	}
	began := d.auth("t", "ann").Requirement.SetAt
	commits := d.store.Commits()
	d.later(time.Hour)
	set(in)
	if d.store.Commits() != commits {
		t.Error("the same was written again")
	}
	in.ExpiresAt = in.ExpiresAt.Add(time.Hour)
	set(in)
	if got := d.auth("t", "ann").Requirement; !got.SetAt.Equal(began) || !got.ExpiresAt.Equal(in.ExpiresAt) {
		t.Errorf("the requirement became %+v", got)
	}
	d.later(48 * time.Hour)
	view, err := d.users().Get(d.ctx, d.plain(), ref)
	d.ok(err)
	if view.Requirement.Value != twofactor.RequirementInherit || view.State != twofactor.StateNotRequired {
		t.Errorf("after its end the user shows %+v", view)
	}
}

func TestAReasonAndAnEndHaveLimits(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	for pointer, in := range map[string]twofactor.RequirementInput{
		"/reason":     {Value: twofactor.RequirementRequired, Reason: strings.Repeat("r", 501)},
		"/expires_at": {Value: twofactor.RequirementRequired, ExpiresAt: d.clock()},
	} {
		_, err := d.policies().SetRequirement(d.ctx, d.as("t", "root"), twofactor.Ref{Tenant: "t", User: "ann"}, in)
		if got := pointers(err); len(got) != 1 || got[0] != pointer {
			t.Errorf("refused at %v (%v), want %s", got, err, pointer)
		}
	}
}
