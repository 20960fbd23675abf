package twofactor_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func (d *desk) save(c twofactor.Caller, tenant, ifMatch string, change func(*twofactor.Policy)) (twofactor.PolicyVersion, error) {
	d.t.Helper()
	policy := read[twofactor.Tenant](d, twofactor.TenantKey(tenant)).Policy.Policy
	change(&policy)
	return d.policies().Put(d.ctx, c, tenant, twofactor.PolicyInput{Policy: policy, IfMatch: ifMatch})
}

func TestPO01APolicyBeyondItsRangesIsRefusedAndNamesTheMember(t *testing.T) {
	many := make([]string, 51)
	for i := range many {
		many[i] = "role_" + string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	cases := []struct {
		pointer string
		change  func(*twofactor.Policy)
	}{
		{"/mode", func(p *twofactor.Policy) { p.Mode = "" }},
		{"/mode", func(p *twofactor.Policy) { p.Mode = "Off" }},
		{"/user_overrides", func(p *twofactor.Policy) { p.UserOverrides = "no" }},
		{"/sso", func(p *twofactor.Policy) { p.SSO = "yes" }},
		{"/email_verification", func(p *twofactor.Policy) { p.EmailVerification = "" }},
		{"/recovery", func(p *twofactor.Policy) { p.Recovery = "" }},
		{"/admin_proof", func(p *twofactor.Policy) { p.AdminProof = "" }},
		{"/clients", func(p *twofactor.Policy) { p.Clients = "" }},
		{"/grace_days", func(p *twofactor.Policy) { p.GraceDays = -1 }},
		{"/grace_days", func(p *twofactor.Policy) { p.GraceDays = 91 }},
		{"/max_deferrals", func(p *twofactor.Policy) { p.MaxDeferrals = 11 }},
		{"/backup_codes", func(p *twofactor.Policy) { p.BackupCodes = 11 }},
		{"/remember_device_days", func(p *twofactor.Policy) { p.RememberDeviceDays = 31 }},
		{"/skew_steps", func(p *twofactor.Policy) { p.SkewSteps = 2 }},
		{"/session_hours", func(p *twofactor.Policy) { p.SessionHours = 0 }},
		{"/session_hours", func(p *twofactor.Policy) { p.SessionHours = 721 }},
		{"/roles", func(p *twofactor.Policy) { p.Roles = many }},
		{"/roles/1", func(p *twofactor.Policy) { p.Roles = []string{"*", "Admin"} }},
		{"/roles/1", func(p *twofactor.Policy) { p.Roles = []string{"admin", "admin"} }},
		{"/protected_actions/0", func(p *twofactor.Policy) { p.ProtectedActions = []string{""} }},
		{"/idps/0", func(p *twofactor.Policy) { p.IDPs = []string{"a\nb"} }},
		// A login names an idp of at most 256 bytes.
		{"/idps/0", func(p *twofactor.Policy) { p.IDPs = []string{strings.Repeat("é", 129)} }},
		{"/permissions/links.write", func(p *twofactor.Policy) { delete(p.Permissions, twofactor.PermLinksWrite) }},
		{"/permissions/links.write", func(p *twofactor.Policy) { p.Permissions[twofactor.PermLinksWrite] = []string{"user"} }},
		{"/permissions/links.write/0", func(p *twofactor.Policy) { p.Permissions[twofactor.PermLinksWrite] = []string{"*"} }},
		{"/permissions", func(p *twofactor.Policy) { p.Permissions["all"] = nil }},
	}
	d := newDesk(t)
	d.tenant("t")
	for _, c := range cases {
		_, err := d.save(d.as("t", "root"), "t", `"1"`, c.change)
		if got := pointers(err); !slices.Equal(got, []string{c.pointer}) {
			t.Errorf("%s: refused at %v (%v)", c.pointer, got, err)
		}
	}
	edges := func(p *twofactor.Policy) {
		p.GraceDays, p.MaxDeferrals, p.BackupCodes, p.RememberDeviceDays, p.SkewSteps, p.SessionHours = 90, 10, 0, 30, 0, 720
		p.Roles = many[:50]
		p.Permissions[twofactor.PermReportsRead] = []string{"user"}
	}
	saved, err := d.save(d.as("t", "root"), "t", `"1"`, edges)
	d.ok(err)
	if saved.Number != 2 || saved.UpdatedBy == nil || saved.UpdatedBy.User != "root" || !saved.UpdatedAt.Equal(d.clock()) {
		t.Errorf("saved as %+v", saved)
	}
}

func TestPO02OfTwoEditorsWithTheSameETagTheSecondIsStale(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	longer := func(p *twofactor.Policy) { p.SessionHours++ }
	for _, c := range []struct {
		header string
		want   twofactor.Code
	}{
		{"", twofactor.CodeIfMatchRequired}, {"*", twofactor.CodeStale}, {"1", twofactor.CodeStale},
		{`W/"1"`, twofactor.CodeStale}, {`"2"`, twofactor.CodeStale}, {`"1"`, ""}, {`"1"`, twofactor.CodeStale},
	} {
		_, err := d.save(d.as("t", "root"), "t", c.header, longer)
		d.refused(err, c.want)
	}
}

func TestPO13APolicyThatCannotBeReadGivesNobodyAPermission(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "boss", twofactor.RoleAdmin)
	boss, root := d.as("t", "boss"), twofactor.Ref{Tenant: "t", User: "root"}
	_, err := d.users().Get(d.ctx, boss, root)
	d.ok(err)
	d.policy("t", func(p *twofactor.Policy) { *p = twofactor.Policy{Permissions: p.Permissions} })
	_, err = d.users().Get(d.ctx, boss, root)
	d.refused(err, twofactor.CodeForbidden)
	if wrong := twofactor.StrictPolicy().Validate(); len(wrong) > 0 || twofactor.StrictPolicy().Mode != twofactor.ModeRequired {
		t.Errorf("the strict policy is %+v, wrong at %v", twofactor.StrictPolicy(), wrong)
	}
}

func TestTheSwitchesTurnOnAndOffAndNothingElse(t *testing.T) {
	mode := func(m twofactor.Mode) func(*twofactor.Policy) { return func(p *twofactor.Policy) { p.Mode = m } }
	both := func(p *twofactor.Policy) { p.Mode, p.SkewSteps = twofactor.ModeOff, 0 }
	cases := []struct {
		role   string
		from   twofactor.Mode
		change func(*twofactor.Policy)
		want   twofactor.Code
	}{
		{"on", twofactor.ModeOff, mode(twofactor.ModeAvailable), ""},
		{"on", twofactor.ModeOff, mode(twofactor.ModeRequired), twofactor.CodeForbidden},
		{"on", twofactor.ModeRequired, mode(twofactor.ModeAvailable), twofactor.CodeForbidden},
		{"on", twofactor.ModeAvailable, mode(twofactor.ModeOff), twofactor.CodeForbidden},
		{"off", twofactor.ModeAvailable, mode(twofactor.ModeOff), ""},
		{"off", twofactor.ModeRequired, mode(twofactor.ModeOff), ""},
		{"off", twofactor.ModeOff, mode(twofactor.ModeAvailable), twofactor.CodeForbidden},
		{"off", twofactor.ModeAvailable, both, twofactor.CodeForbidden},
		{"admin", twofactor.ModeOff, mode(twofactor.ModeAvailable), twofactor.CodeForbidden},
		{"super_admin", twofactor.ModeRequired, both, ""},
	}
	for _, c := range cases {
		d := newDesk(t)
		d.tenant("t")
		d.user("t", "actor", c.role)
		d.policy("t", func(p *twofactor.Policy) {
			p.Mode = c.from
			p.Permissions[twofactor.PermPolicySwitchOn] = []string{"on"}
			p.Permissions[twofactor.PermPolicySwitchOff] = []string{"off"}
		})
		_, err := d.save(d.as("t", "actor"), "t", `"2"`, c.change)
		if got := twofactor.CodeOf(err); got != c.want {
			t.Errorf("%s from %s: %q (%v), want %q", c.role, c.from, got, err, c.want)
		}
	}
}

func TestOnlyWhoPassesTheSecondDoorHimselfRequiresItOfOthers(t *testing.T) {
	sso := func(d *desk, trust twofactor.SSOTrust) {
		root := d.auth("t", "root")
		root.SignIn = twofactor.SignInSSO
		d.put(root)
		d.policy("t", func(p *twofactor.Policy) { p.SSO = trust })
	}
	asserted := func(d *desk, amr ...string) {
		root := d.auth("t", "root")
		d.assertions["shown"] = twofactor.Assertion{
			Audience: "dash", Ref: root.Ref, IssuedAt: d.clock(), Inc: root.Incarnation,
			Generation: root.Generation, ACR: "2fa", AMR: amr,
		}
	}
	cases := map[string]struct {
		prepare func(d *desk)
		want    twofactor.Code
	}{
		"without a factor": {func(*desk) {}, twofactor.CodeActorNotEnrolled},
		"with a factor":    {func(d *desk) { d.enrolled("t", "root") }, ""},
		"with a disabled factor": {func(d *desk) {
			d.enrolled("t", "root")
			root := d.auth("t", "root")
			root.Factor.Disabled = true
			d.put(root)
		}, twofactor.CodeActorNotEnrolled},
		"by trusted SSO":                     {func(d *desk) { sso(d, twofactor.SSOTrusted) }, ""},
		"by SSO that must show more":         {func(d *desk) { sso(d, twofactor.SSOTrustedWithAMR) }, twofactor.CodeActorNotEnrolled},
		"by SSO that showed a second factor": {func(d *desk) { sso(d, twofactor.SSOTrustedWithAMR); asserted(d, "sso", "mfa") }, ""},
		"by an assertion of an app":          {func(d *desk) { asserted(d, "otp", "mfa") }, twofactor.CodeActorNotEnrolled},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.policy("t", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
			c.prepare(d)
			caller := d.as("t", "root")
			caller.Actor.Assertion = "shown"
			now := read[twofactor.Tenant](d, twofactor.TenantKey("t")).Policy.Number
			_, err := d.save(caller, "t", twofactor.PolicyETag(now), func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
			d.refused(err, c.want)
		})
	}
}

func TestTheTenantsRequirementIsNotMovedByOtherEditsNorByAShortPause(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.enrolled("t", "root")
	began := d.clock()
	number := uint64(1)
	save := func(change func(*twofactor.Policy)) {
		_, err := d.save(d.as("t", "root"), "t", twofactor.PolicyETag(number), change)
		d.ok(err)
		number++
	}
	mode := func(m twofactor.Mode) func(*twofactor.Policy) { return func(p *twofactor.Policy) { p.Mode = m } }
	steps := []struct {
		after  time.Duration
		change func(*twofactor.Policy)
		want   time.Time
	}{
		{0, mode(twofactor.ModeRequired), began},
		{time.Hour, func(p *twofactor.Policy) { p.GraceDays = 5 }, began},
		{time.Hour, mode(twofactor.ModeAvailable), began},
		{30 * 24 * time.Hour, mode(twofactor.ModeRequired), began},
		{time.Hour, mode(twofactor.ModeOff), began},
		{30*24*time.Hour + time.Second, mode(twofactor.ModeRequired), began.Add(3*time.Hour + 60*24*time.Hour + time.Second)},
	}
	for i, step := range steps {
		d.later(step.after)
		save(step.change)
		if got := read[twofactor.Tenant](d, twofactor.TenantKey("t")).RequiredSince; !got.Equal(step.want) {
			t.Errorf("step %d: required since %v, want %v", i, got, step.want)
		}
	}
}

func TestAPolicyThatLeavesNobodyToDecideResetsIsRefused(t *testing.T) {
	d := newDesk(t)
	_, _, err := twofactor.NewTenants(d.deps).Put(d.ctx, d.plain(), twofactor.TenantInput{Tenant: "t", Name: "t"})
	d.ok(err)
	d.user("t", "boss", twofactor.RoleAdmin)
	d.policy("t", func(p *twofactor.Policy) {
		p.Permissions[twofactor.PermResetsDecide] = []string{twofactor.RoleAdmin}
		p.Permissions[twofactor.PermPolicyWrite] = []string{twofactor.RoleAdmin}
	})
	_, err = d.save(d.as("t", "boss"), "t", `"2"`, func(p *twofactor.Policy) { p.Permissions[twofactor.PermResetsDecide] = []string{} })
	d.refused(err, twofactor.CodeLastAdministrator)
}

// interloper lets something else happen just before the first commit.
type interloper struct {
	twofactor.Store
	first  sync.Once
	happen func()
}

// Commit implements twofactor.Committer.
func (i *interloper) Commit(ctx context.Context, c twofactor.Commit) error {
	i.first.Do(i.happen)
	return i.Store.Commit(ctx, c)
}

func TestADemotionBetweenReadAndWriteOfAPolicyLeavesOneWhoCanDecide(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "boss", twofactor.RoleAdmin)
	d.policy("t", func(p *twofactor.Policy) {
		p.Permissions[twofactor.PermResetsDecide] = []string{twofactor.RoleAdmin}
		p.Permissions[twofactor.PermPolicyWrite] = []string{twofactor.RoleAdmin}
	})
	other := d.users()
	d.deps.Store = &interloper{Store: d.store, happen: func() {
		_, _, err := other.Put(d.ctx, d.plain(), "t", entry("root", twofactor.RoleUser))
		d.ok(err)
	}}
	_, err := d.save(d.as("t", "boss"), "t", `"2"`, func(p *twofactor.Policy) { p.Permissions[twofactor.PermResetsDecide] = []string{} })
	d.refused(err, twofactor.CodeLastAdministrator)
}

func TestThePresetsAreTheFiveProductsAndEachIsAValidPolicy(t *testing.T) {
	want := []string{"rmm-dashboard", "remote-management-service", "msp-reseller", "client-portal", "mssp"}
	var got []string
	for _, preset := range twofactor.Presets() {
		got = append(got, preset.Name)
		if wrong := preset.Policy.Validate(); len(wrong) > 0 {
			t.Errorf("%s is wrong at %v", preset.Name, wrong)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if wrong := twofactor.DefaultPolicy().Validate(); len(wrong) > 0 {
		t.Errorf("the default policy is wrong at %v", wrong)
	}
}

func TestEveryMemberOfAPolicyTellsItFromAnother(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "actor", "off")
	base := twofactor.DefaultPolicy()
	base.Permissions[twofactor.PermPolicySwitchOff] = []string{"off"}
	d.policy("t", func(p *twofactor.Policy) { *p = base })
	others := twofactor.Policy{
		Roles: []string{"x"}, UserOverrides: twofactor.OverridesLocked, SelfService: false, GraceDays: 1, MaxDeferrals: 1,
		SSO: twofactor.SSONever, IDPs: []string{"x"}, EmailVerification: twofactor.EmailNever, Recovery: twofactor.RecoveryReset,
		BackupCodes: 1, RememberDeviceDays: 1, SkewSteps: 0, SessionHours: 1, AdminProof: twofactor.ProofAssertion,
		ProtectedActions: []string{"x"}, Clients: twofactor.ClientsRequired, Permissions: twofactor.DefaultPolicy().Permissions,
	}
	kind := reflect.TypeFor[twofactor.Policy]()
	for i := range kind.NumField() {
		if kind.Field(i).Name == "Mode" {
			continue
		}
		_, err := d.save(d.as("t", "actor"), "t", `"2"`, func(p *twofactor.Policy) {
			p.Mode = twofactor.ModeOff
			reflect.ValueOf(p).Elem().Field(i).Set(reflect.ValueOf(others).Field(i))
		})
		if twofactor.CodeOf(err) != twofactor.CodeForbidden {
			t.Errorf("%s slipped through a switch: %v", kind.Field(i).Name, err)
		}
	}
}

func TestTheEventOfAPolicySaysWhatMattersAndAsksForNoticeOnlyWhenTold(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.enrolled("t", "root")
	policy := twofactor.DefaultPolicy()
	policy.Mode = twofactor.ModeRequired
	_, err := d.policies().Put(d.ctx, d.as("t", "root"), "t", twofactor.PolicyInput{Policy: policy, IfMatch: `"1"`, Notify: true})
	d.ok(err)
	e := d.lastEvent()
	if e.Type != twofactor.EventPolicyChanged || e.Detail["notify"] != "true" || e.Detail["mode"] != "required" || e.Actor == nil {
		t.Errorf("the event is %+v", e)
	}
	if strings.Contains(e.Detail["mode_before"], "required") {
		t.Errorf("the mode before is %q", e.Detail["mode_before"])
	}
}
