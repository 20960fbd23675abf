package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestTheGraceUnderTheParentsFloorIsRenewedByNoEdit(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	began := d.clock()
	number := uint64(1)
	floor := func(f twofactor.ClientFloor) func(*twofactor.Policy) {
		return func(p *twofactor.Policy) { p.Clients = f }
	}
	const days = 24 * time.Hour
	steps := []struct {
		after  time.Duration
		change func(*twofactor.Policy)
		want   time.Duration
	}{
		{0, floor(twofactor.ClientsRequiredForAdmins), 0},
		{days, func(p *twofactor.Policy) { p.GraceDays = 9 }, 0},
		{days, floor(twofactor.ClientsRequired), 0},
		{days, floor(twofactor.ClientsOwn), 0},
		{30 * days, floor(twofactor.ClientsRequired), 0},
		{days, floor(twofactor.ClientsOwn), 0},
		{30*days + time.Second, floor(twofactor.ClientsRequiredForAdmins), 64*days + time.Second},
	}
	for i, step := range steps {
		d.later(step.after)
		_, err := d.save(d.as("msp", "root"), "msp", twofactor.PolicyETag(number), step.change)
		d.ok(err)
		number++
		if got := read[twofactor.Tenant](d, twofactor.TenantKey("msp")).FloorSince; !got.Equal(began.Add(step.want)) {
			t.Errorf("step %d: the floor holds since %v, want %v", i, got, began.Add(step.want))
		}
	}
}

func TestNoSettingOfAClientStepsUnderTheFloorOfItsParent(t *testing.T) {
	settings := map[string]func(*twofactor.Policy){
		"off":         func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff },
		"nobody":      func(p *twofactor.Policy) { p.Mode, p.Roles = twofactor.ModeRequired, []string{} },
		"trusted SSO": func(p *twofactor.Policy) { p.SSO = twofactor.SSOTrusted },
		"a long wait": func(p *twofactor.Policy) { p.GraceDays, p.MaxDeferrals = 90, 10 },
	}
	for name, change := range settings {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.tenant("msp", func(p *twofactor.Policy) {
				p.Clients, p.SSO, p.GraceDays = twofactor.ClientsRequired, twofactor.SSONever, 0
			})
			parent := "msp"
			_, _, err := twofactor.NewTenants(r.deps).Put(r.ctx, r.admin("msp"), twofactor.TenantInput{Tenant: "shop", Name: "Shop", Parent: &parent})
			r.ok(err)
			ann := r.user("shop", "ann")
			exempt := r.auth(ann)
			exempt.Requirement = twofactor.Requirement{Value: twofactor.RequirementExempt}
			r.put(exempt)
			r.policy("shop", change)
			for _, method := range []twofactor.SignIn{twofactor.SignInPassword, twofactor.SignInSSO} {
				answer := r.signIn(ann, func(in *twofactor.LoginInput) { in.First.Method = method })
				if answer.Decision != twofactor.DecisionEnroll || answer.Reason != twofactor.ReasonRequiredByParent || answer.Skippable {
					t.Errorf("by %s: %s %s, skippable %v", method, answer.Decision, answer.Reason, answer.Skippable)
				}
			}
		})
	}
}

func TestAFloorForAdministratorsHoldsForEveryRoleThatTheClientGivesAPermission(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("shop", "msp")
	for id, role := range map[string]string{"ann": "user", "boss": "admin", "desk": "helpdesk"} {
		d.user("shop", id, role)
	}
	d.policy("msp", func(p *twofactor.Policy) { p.Clients = twofactor.ClientsRequiredForAdmins })
	states := func() map[string]bool {
		all := map[string]bool{}
		for _, id := range []string{"root", "ann", "boss", "desk"} {
			view, err := d.users().Get(d.ctx, d.plain(), twofactor.Ref{Tenant: "shop", User: id})
			d.ok(err)
			all[id] = view.Required
		}
		return all
	}
	for user, want := range map[string]bool{"root": true, "boss": true, "ann": false, "desk": false} {
		if got := states()[user]; got != want {
			t.Errorf("%s is required: %v", user, got)
		}
	}
	d.policy("shop", func(p *twofactor.Policy) { p.Permissions[twofactor.PermFactorsReset] = []string{"helpdesk"} })
	if !states()["desk"] {
		t.Error("a role that got a permission is not required")
	}
}

func TestAParentsAdministratorChangesAClientsPolicyWithoutBeingItsUser(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("shop", "msp")
	_, err := d.save(d.as("msp", "root"), "shop", `"1"`, required)
	d.refused(err, twofactor.CodeActorNotEnrolled)
	d.enrolled("msp", "root")
	saved, err := d.save(d.as("msp", "root"), "shop", `"1"`, required)
	d.ok(err)
	if by := saved.UpdatedBy; by == nil || by.Tenant != "msp" || by.User != "root" {
		t.Errorf("saved by %+v", by)
	}
	if e := d.lastEvent(); e.Tenant != "shop" || e.Actor == nil || e.Actor.Tenant != "msp" {
		t.Errorf("the event is %+v", e)
	}
}

func TestAnActorWhoWasNotJudgedStandsInNoEvent(t *testing.T) {
	r := newRig(t)
	named := r.by("acme", "ghost")
	_, _, err := twofactor.NewTenants(r.deps).Put(r.ctx, named, twofactor.TenantInput{Tenant: "acme", Name: "Acme"})
	r.ok(err)
	r.member("acme", "root", twofactor.RoleSuperAdmin)
	ann := r.user("acme", "ann")
	_, err = r.verify.Login(r.ctx, named, "acme", twofactor.LoginInput{
		User: twofactor.LoginUser{ID: "ann"}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
	})
	r.ok(err)
	_, err = r.verify.Activate(r.ctx, named, ann, twofactor.ActivateNow)
	r.ok(err)
	for _, e := range r.events() {
		if e.Actor != nil {
			t.Errorf("%s names %+v", e.Type, e.Actor)
		}
	}
}

// PO-12: what makes it optional again is one permission, a fresh check, and an
// event that says what it was before.
func TestPO12OnlyWhoMayWriteThePolicyMakesItOptionalAgainAndTheTrailSaysSo(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.enrolled("t", "root")
	d.user("t", "boss", "boss")
	d.user("t", "on", "on")
	d.user("t", "off", "off")
	d.policy("t", func(p *twofactor.Policy) {
		p.Mode = twofactor.ModeRequired
		p.Permissions[twofactor.PermPolicyWrite] = []string{"boss"}
		p.Permissions[twofactor.PermPolicySwitchOn] = []string{"on"}
		p.Permissions[twofactor.PermPolicySwitchOff] = []string{"off"}
	})
	optional := func(p *twofactor.Policy) { p.Mode = twofactor.ModeAvailable }
	for _, who := range []string{"on", "off"} {
		_, err := d.save(d.as("t", who), "t", `"2"`, optional)
		d.refused(err, twofactor.CodeForbidden)
	}
	_, err := d.save(stale(d.as("t", "boss")), "t", `"2"`, optional)
	d.refused(err, twofactor.CodeReauthenticationRequired)
	_, err = d.save(d.as("t", "boss"), "t", `"2"`, optional)
	d.ok(err)
	e := d.lastEvent()
	if e.Type != twofactor.EventPolicyChanged || e.Detail["mode_before"] != "required" || e.Detail["mode"] != "available" || e.Actor.User != "boss" {
		t.Errorf("the event is %+v", e)
	}
}
