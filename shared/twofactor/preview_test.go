package twofactor_test

import (
	"fmt"
	"slices"
	"testing"

	"sallyport/shared/twofactor"
)

// previewed asks what change would do to the policy, as root, and that asking
// wrote nothing.
func (d *desk) previewed(tenant string, change func(*twofactor.Policy)) twofactor.PreviewAnswer {
	d.t.Helper()
	return d.previewedBy(d.as(tenant, "root"), tenant, change)
}

func (d *desk) previewedBy(c twofactor.Caller, tenant string, change func(*twofactor.Policy)) twofactor.PreviewAnswer {
	d.t.Helper()
	policy := read[twofactor.Tenant](d, twofactor.TenantKey(tenant)).Policy.Policy
	change(&policy)
	commits := d.store.Commits()
	answer, err := d.policies().Preview(d.ctx, c, tenant, policy)
	d.ok(err)
	if d.store.Commits() != commits {
		d.t.Error("a preview wrote something")
	}
	return answer
}

func required(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired }

func problemCodes(a twofactor.PreviewAnswer) []twofactor.Code {
	var codes []twofactor.Code
	for _, problem := range a.Problems {
		codes = append(codes, problem.Code)
	}
	return codes
}

// bunch makes one user of each kind that a preview tells apart.
func (d *desk) bunch() {
	d.t.Helper()
	d.tenant("t")
	d.enrolled("t", "root")
	d.user("t", "has_factor", twofactor.RoleUser)
	d.enrolled("t", "has_factor")
	d.user("t", "exempt", twofactor.RoleUser)
	d.user("t", "plain", twofactor.RoleUser)
	d.user("t", "helper", "helpdesk")
	d.user("t", "asleep", twofactor.RoleUser)
	d.user("t", "patient", twofactor.RoleUser)
	d.user("t", "no_mail", twofactor.RoleUser)
	d.user("t", "reset", twofactor.RoleUser)
	d.changeAuth("exempt", func(a *twofactor.Auth) { a.Requirement.Value = twofactor.RequirementExempt })
	d.changeAuth("asleep", func(a *twofactor.Auth) { a.Active = false })
	d.changeAuth("patient", func(a *twofactor.Auth) { a.Deferrals = 3 })
	d.changeAuth("reset", func(a *twofactor.Auth) { a.ResetMark = true })
	for _, id := range []string{"no_mail", "reset", "asleep"} {
		dir := read[twofactor.Directory](d, twofactor.DirectoryKey(twofactor.Ref{Tenant: "t", User: id}))
		dir.Email = ""
		d.put(dir)
	}
}

func (d *desk) changeAuth(id string, change func(*twofactor.Auth)) {
	d.t.Helper()
	auth := d.auth("t", id)
	change(auth)
	d.put(auth)
}

func TestAPreviewCountsWhomThePolicyWouldRequireStopAndLeaveWithoutAMailbox(t *testing.T) {
	everyone := []string{"asleep", "has_factor", "helper", "no_mail", "patient", "plain", "reset", "root"}
	grace := func(p *twofactor.Policy) { required(p); p.GraceDays = 7 }
	always := func(p *twofactor.Policy) { required(p); p.EmailVerification = twofactor.EmailAlways }
	never := func(p *twofactor.Policy) { required(p); p.EmailVerification = twofactor.EmailNever }
	admins := func(p *twofactor.Policy) { required(p); p.Roles = []string{"helpdesk"} }
	cases := map[string]struct {
		change                         func(*twofactor.Policy)
		required, walled, withoutEmail []string
	}{
		"nothing new":  {func(*twofactor.Policy) {}, nil, nil, nil},
		"required":     {required, everyone, []string{"helper", "no_mail", "patient", "plain", "reset"}, []string{"reset"}},
		"with a grace": {grace, everyone, []string{"patient", "reset"}, []string{"reset"}},
		"mailbox":      {always, everyone, []string{"helper", "no_mail", "patient", "plain", "reset"}, []string{"no_mail", "reset"}},
		"no mailbox":   {never, everyone, []string{"helper", "no_mail", "patient", "plain", "reset"}, nil},
		"one role":     {admins, []string{"helper"}, []string{"helper"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.bunch()
			got := d.previewed("t", c.change)
			for what, pair := range map[string][2]any{
				"required":      {got.Required, c.required},
				"walled":        {got.Walled, c.walled},
				"without_email": {got.WithoutEmail, c.withoutEmail},
			} {
				group, _ := pair[0].(twofactor.PreviewGroup)
				want, _ := pair[1].([]string)
				if !slices.Equal(group.Sample, want) || group.Total != len(want) {
					t.Errorf("%s: %+v, want %v", what, group, want)
				}
			}
		})
	}
}

func TestWhatAPreviewCountsAsWalledIsStoppedAtTheNextLoginAndNobodyElseIs(t *testing.T) {
	r := newRig(t)
	r.tenant("t", func(p *twofactor.Policy) { p.GraceDays, p.MaxDeferrals = 3, 1 })
	root := r.enrol(twofactor.Ref{Tenant: "t", User: "root"})
	for i := range 4 {
		r.user("t", fmt.Sprintf("u%d", i))
	}
	spent := r.auth(twofactor.Ref{Tenant: "t", User: "u2"})
	spent.Deferrals = 1
	r.put(spent)
	policies := twofactor.NewPolicies(r.deps)
	saved, err := policies.Get(r.ctx, r.platform(), "t")
	r.ok(err)
	required(&saved.Policy)
	preview, err := policies.Preview(r.ctx, r.admin("t"), "t", saved.Policy)
	r.ok(err)
	_, err = policies.Put(r.ctx, r.admin("t"), "t", twofactor.PolicyInput{Policy: saved.Policy, IfMatch: twofactor.PolicyETag(saved.Number)})
	r.ok(err)
	var stopped []string
	for _, id := range []string{root.ref.User, "u0", "u1", "u2", "u3"} {
		answer := r.signIn(twofactor.Ref{Tenant: "t", User: id})
		if answer.Decision == twofactor.DecisionEnroll && !answer.Skippable {
			stopped = append(stopped, id)
		}
	}
	if !slices.Equal(preview.Walled.Sample, stopped) || preview.Walled.Total != 1 || preview.Required.Total != 5 {
		t.Errorf("previewed %+v, stopped %v", preview, stopped)
	}
}

func TestAPreviewNamesEveryRefusalOfPutAndPutRefusesWhatItNames(t *testing.T) {
	cases := map[string]struct {
		role   string
		change func(*twofactor.Policy)
		want   []twofactor.Code
	}{
		"nothing wrong":      {twofactor.RoleSuperAdmin, func(p *twofactor.Policy) { p.SessionHours = 8 }, nil},
		"not enrolled":       {twofactor.RoleSuperAdmin, required, []twofactor.Code{twofactor.CodeActorNotEnrolled}},
		"only a switch":      {"switcher", func(p *twofactor.Policy) { p.SessionHours = 8 }, []twofactor.Code{twofactor.CodeForbidden}},
		"nobody left":        {"boss", func(p *twofactor.Policy) { p.Permissions[twofactor.PermResetsDecide] = []string{} }, []twofactor.Code{twofactor.CodeLastAdministrator}},
		"a switch and never": {"switcher", required, []twofactor.Code{twofactor.CodeForbidden, twofactor.CodeActorNotEnrolled}},
		"out of range": {twofactor.RoleSuperAdmin, func(p *twofactor.Policy) { p.GraceDays, p.SkewSteps = 91, 2 },
			[]twofactor.Code{twofactor.CodeInvalid, twofactor.CodeInvalid}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			_, _, err := d.tenants().Put(d.ctx, d.plain(), twofactor.TenantInput{Tenant: "t", Name: "t"})
			d.ok(err)
			d.user("t", "actor", c.role)
			d.policy("t", func(p *twofactor.Policy) {
				p.Permissions[twofactor.PermPolicySwitchOff] = []string{"switcher"}
				p.Permissions[twofactor.PermPolicyWrite] = []string{"boss"}
				p.Permissions[twofactor.PermResetsDecide] = []string{"boss"}
			})
			preview := d.previewedBy(d.as("t", "actor"), "t", c.change)
			if got := problemCodes(preview); !slices.Equal(got, c.want) {
				t.Errorf("problems %v, want %v", preview.Problems, c.want)
			}
			_, err = d.save(d.as("t", "actor"), "t", `"2"`, c.change)
			if len(c.want) == 0 {
				d.ok(err)
			} else {
				d.refused(err, c.want[0])
			}
		})
	}
}

func TestAPreviewSaysWhetherTheActorHimselfCouldStillSignInAndAct(t *testing.T) {
	cases := map[string]struct {
		prepare func(*desk)
		change  func(*twofactor.Policy)
		want    bool
	}{
		"nothing new":           {nil, func(*twofactor.Policy) {}, true},
		"stopped himself":       {nil, required, false},
		"with a factor":         {func(d *desk) { d.enrolled("t", "actor") }, required, true},
		"with a grace":          {nil, func(p *twofactor.Policy) { required(p); p.GraceDays = 5 }, true},
		"a grace, but asserted": {nil, func(p *twofactor.Policy) { required(p); p.GraceDays, p.AdminProof = 5, twofactor.ProofAssertion }, false},
		"loses his permission": {nil, func(p *twofactor.Policy) {
			p.Permissions[twofactor.PermPolicyWrite] = []string{}
		}, false},
		"not by a disabled factor": {func(d *desk) {
			d.enrolled("t", "actor")
			d.changeAuth("actor", func(a *twofactor.Auth) { a.Factor.Disabled = true })
		}, required, false},
		"switched off": {nil, func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff }, true},
		"by SSO that showed a second factor": {func(d *desk) {
			actor := d.auth("t", "actor")
			d.assertions["shown"] = twofactor.Assertion{
				Audience: "dash", Ref: actor.Ref, IssuedAt: d.clock(), Inc: actor.Incarnation,
				Generation: actor.Generation, ACR: "2fa", AMR: []string{"sso", "mfa"},
			}
		}, required, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "actor", "boss")
			d.policy("t", func(p *twofactor.Policy) { p.Permissions[twofactor.PermPolicyWrite] = []string{"boss"} })
			if c.prepare != nil {
				c.prepare(d)
			}
			caller := d.as("t", "actor")
			caller.Actor.Assertion = "shown"
			if got := d.previewedBy(caller, "t", c.change); got.ActorSafe != c.want {
				t.Errorf("safe: %v", got.ActorSafe)
			}
		})
	}
}

func TestAnActorOfTheParentStaysSafeWhateverTheClientsPolicySays(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("shop", "msp")
	if got := d.previewedBy(d.as("msp", "root"), "shop", required); !got.ActorSafe || got.Walled.Total != 1 {
		t.Errorf("previewed %+v", got)
	}
}

func TestASampleNamesTenAndTheTotalCountsAllOverManyPages(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.enrolled("t", "root")
	var batch []twofactor.UserInput
	for i := range 501 {
		batch = append(batch, entry(fmt.Sprintf("u%04d", i), twofactor.RoleUser))
	}
	for part := range slices.Chunk(batch, 500) {
		_, err := d.users().PutMany(d.ctx, d.plain(), "t", part)
		d.ok(err)
	}
	got := d.previewed("t", required)
	if got.Walled.Total != 501 || got.Required.Total != 502 || len(got.Walled.Sample) != 10 || got.Required.Sample[0] != "root" {
		t.Errorf("previewed %+v", got)
	}
}
