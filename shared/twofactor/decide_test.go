package twofactor

import (
	"slices"
	"testing"
	"time"
)

// moment changes one thing about an ordinary login.
type moment func(*situation)

// at is a password login of an ordinary active user without a factor, in a
// tenant with the default policy, changed by each of the moments.
func at(changes ...moment) situation {
	s := situation{
		tenant: &Tenant{ID: "acme", Policy: PolicyVersion{Policy: DefaultPolicy()}},
		user: &Auth{
			Ref: Ref{"acme", "jane"}, Active: true, Role: RoleUser, SignIn: SignInPassword, CreatedAt: noon,
		},
		first: FirstFactor{Method: SignInPassword}, now: noon.Add(time.Hour),
	}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func policy(change func(*Policy)) moment {
	return func(s *situation) { change(&s.tenant.Policy.Policy) }
}
func user(change func(*Auth)) moment { return func(s *situation) { change(s.user) } }

// under puts the tenant below a parent with this floor.
func below(floor ClientFloor, changes ...func(*Policy)) moment {
	return func(s *situation) {
		p := DefaultPolicy()
		p.Clients = floor
		for _, change := range changes {
			change(&p)
		}
		s.parent = &Tenant{ID: "parent", Policy: PolicyVersion{Policy: p}, FloorSince: noon}
		s.tenant.Parent = "parent"
	}
}

var (
	off       = policy(func(p *Policy) { p.Mode = ModeOff })
	required  = policy(func(p *Policy) { p.Mode = ModeRequired })
	locked    = policy(func(p *Policy) { p.UserOverrides = OverridesLocked })
	onlyAdmin = policy(func(p *Policy) { p.Roles = []string{RoleAdmin} })
	grace     = policy(func(p *Policy) { p.GraceDays = 7 })
	trusted   = policy(func(p *Policy) { p.SSO = SSOTrusted })
	neverSSO  = policy(func(p *Policy) { p.SSO = SSONever })

	inactive  = user(func(a *Auth) { a.Active = false })
	marked    = user(func(a *Auth) { a.ResetMark = true })
	asked     = user(func(a *Auth) { a.ActivationRequested = true })
	admin     = user(func(a *Auth) { a.Role = RoleAdmin })
	ssoUser   = user(func(a *Auth) { a.SignIn = SignInSSO })
	enrolled  = user(func(a *Auth) { a.Factor = &Factor{Backup: make([]BackupHash, 2)} })
	disabled  = user(func(a *Auth) { a.Factor = &Factor{Disabled: true, Backup: make([]BackupHash, 2)} })
	paused    = user(func(a *Auth) { a.Attempts.PausedUntil = noon.Add(2 * time.Hour) })
	longLock  = user(func(a *Auth) { a.Attempts.Wrong = every(noon, time.Second, 20) })
	exempt    = user(func(a *Auth) { a.Requirement = Requirement{Value: RequirementExempt} })
	exemptEnd = user(func(a *Auth) {
		a.Requirement = Requirement{Value: RequirementExempt, ExpiresAt: noon.Add(time.Hour)}
	})
	ownRequired = user(func(a *Auth) { a.Requirement = Requirement{Value: RequirementRequired, SetAt: noon} })
	device      = func(s *situation) { s.device = true }
	secondAgo   = func(s *situation) { s.now = s.now.Add(-time.Second) }
)

func sso(amr ...string) moment {
	return func(s *situation) { s.first = FirstFactor{Method: SignInSSO, IDP: "idp", AMR: amr} }
}

// Contract §6: first match wins. Each row is one sentence of it.
func TestEachStepOfTheContractDecidesAsItSays(t *testing.T) {
	cases := []struct {
		name     string
		given    []moment
		decision Decision
		reason   Reason
		state    State
	}{
		{"nothing requires it", nil, DecisionAllow, ReasonNotRequired, StateNotRequired},

		{"1 inactive comes before off", []moment{inactive, off}, DecisionDeny, ReasonUserInactive, StateNotAvailable},
		{"1 inactive comes before a factor", []moment{inactive, enrolled}, DecisionDeny, ReasonUserInactive, StateActive},
		{"1 inactive comes before trusted single sign-on", []moment{inactive, trusted, sso()}, DecisionDeny, ReasonUserInactive, StateNotRequired},

		{"2 off rests a factor", []moment{off, enrolled}, DecisionAllow, ReasonNotAvailable, StateNotAvailable},
		{"2 off rests a reset mark", []moment{off, marked}, DecisionAllow, ReasonNotAvailable, StateNotAvailable},
		{"2 off rests a wish to activate", []moment{off, asked}, DecisionAllow, ReasonNotAvailable, StateNotAvailable},
		{"2 off rests the own requirement", []moment{off, ownRequired}, DecisionAllow, ReasonNotAvailable, StateNotAvailable},
		{"2 off rests a disabled factor", []moment{off, disabled}, DecisionAllow, ReasonNotAvailable, StateNotAvailable},
		{"2 off does not count under the floor", []moment{off, below(ClientsRequired)}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"2 off under a parent without a floor", []moment{off, below(ClientsOwn)}, DecisionAllow, ReasonNotAvailable, StateNotAvailable},

		{"3 the reset mark enrols", []moment{marked}, DecisionEnroll, ReasonFactorReset, StatePending},
		{"3 the reset mark comes before single sign-on", []moment{marked, trusted, sso("mfa")}, DecisionEnroll, ReasonFactorReset, StatePending},
		{"3 the reset mark comes before the wish to activate", []moment{marked, asked}, DecisionEnroll, ReasonFactorReset, StatePending},
		{"3 the reset mark comes before an exemption", []moment{marked, required, exempt}, DecisionEnroll, ReasonFactorReset, StatePending},

		{"4 who asked to activate enrols", []moment{asked}, DecisionEnroll, ReasonActivationRequested, StatePending},
		{"4 it comes before single sign-on", []moment{asked, trusted, sso()}, DecisionEnroll, ReasonActivationRequested, StatePending},
		{"4 with a factor it rests", []moment{asked, enrolled}, DecisionVerify, ReasonFactorActive, StateActive},

		{"5 trusted single sign-on", []moment{trusted, required, sso()}, DecisionAllow, ReasonSSO, StatePending},
		{"5 trusted single sign-on passes a factor", []moment{trusted, enrolled, sso()}, DecisionAllow, ReasonSSO, StateActive},
		{"5 trusted single sign-on passes a locked factor", []moment{trusted, enrolled, paused, sso()}, DecisionAllow, ReasonSSO, StateActive},
		{"5 with evidence", []moment{required, sso("pwd", "otp")}, DecisionAllow, ReasonSSO, StatePending},
		{"5 without evidence", []moment{required, sso("pwd")}, DecisionEnroll, ReasonRequiredByTenant, StatePending},
		{"5 never", []moment{neverSSO, required, sso("mfa")}, DecisionEnroll, ReasonRequiredByTenant, StatePending},
		{"5 the same person with a password is asked", []moment{trusted, required, ssoUser}, DecisionEnroll, ReasonRequiredByTenant, StateNotApplicable},
		{"5 an identity provider that is named", []moment{trusted, required, idps("idp"), sso()}, DecisionAllow, ReasonSSO, StatePending},
		{"5 an identity provider that is not named", []moment{trusted, required, idps("other"), sso()}, DecisionEnroll, ReasonRequiredByTenant, StatePending},

		{"6 the floor requires", []moment{below(ClientsRequired)}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"6 the floor is named before the tenant", []moment{below(ClientsRequired), required}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"6 the floor knows no exemption", []moment{below(ClientsRequired), exempt}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"6 the floor does not ask for the role", []moment{below(ClientsRequired), required, onlyAdmin}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"6 the floor for administrators: one who is", []moment{below(ClientsRequiredForAdmins), admin}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"6 the floor for administrators: one who is not", []moment{below(ClientsRequiredForAdmins)}, DecisionAllow, ReasonNotRequired, StateNotRequired},
		{"6 the stricter trust in single sign-on counts", []moment{below(ClientsRequired), trusted, sso()}, DecisionEnroll, ReasonRequiredByParent, StatePending},
		{"6 both trust it", []moment{below(ClientsRequired), trusted, sso("mfa")}, DecisionAllow, ReasonSSO, StatePending},

		{"7 required for the role", []moment{required}, DecisionEnroll, ReasonRequiredByTenant, StatePending},
		{"7 required for another role", []moment{required, onlyAdmin}, DecisionAllow, ReasonNotRequired, StateNotRequired},
		{"7 required, exempt", []moment{required, exempt}, DecisionAllow, ReasonUserExempt, StateNotRequired},
		{"7 required and locked, exempt", []moment{required, locked, exempt}, DecisionEnroll, ReasonRequiredByTenant, StatePending},
		{"7 an exemption in its last second", []moment{required, exemptEnd, secondAgo}, DecisionAllow, ReasonUserExempt, StateNotRequired},
		{"7 an exemption that is over", []moment{required, exemptEnd}, DecisionEnroll, ReasonRequiredByTenant, StatePending},
		{"7 the own requirement", []moment{ownRequired}, DecisionEnroll, ReasonRequiredForUser, StatePending},
		{"7 the own requirement beside another role's", []moment{required, onlyAdmin, ownRequired}, DecisionEnroll, ReasonRequiredForUser, StatePending},

		{"8 a factor is asked for", []moment{enrolled}, DecisionVerify, ReasonFactorActive, StateActive},
		{"8 a factor is asked for when required", []moment{enrolled, required}, DecisionVerify, ReasonFactorActive, StateActive},
		{"8 a factor is asked for when exempt", []moment{enrolled, required, exempt}, DecisionVerify, ReasonFactorActive, StateActive},
		{"8 a remembered device stands in", []moment{enrolled, required, device}, DecisionAllow, ReasonDeviceRemembered, StateActive},
		{"8 a remembered device stands in for a paused factor", []moment{enrolled, paused, device}, DecisionAllow, ReasonDeviceRemembered, StateActive},
		{"8 a paused factor", []moment{enrolled, paused}, DecisionDeny, ReasonThrottled, StateActive},
		{"8 a factor under the long lock", []moment{enrolled, longLock}, DecisionDeny, ReasonThrottled, StateActive},
		{"8 a disabled factor is never enrolled over", []moment{disabled, required}, DecisionDeny, ReasonFactorDisabled, StateActive},
		{"8 a disabled factor that is throttled", []moment{disabled, longLock}, DecisionDeny, ReasonFactorDisabled, StateActive},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := decide(at(c.given...))
			if v.Decision != c.decision || v.Reason != c.reason || v.State != c.state {
				t.Errorf("got %s, %s, %s; want %s, %s, %s", v.Decision, v.Reason, v.State, c.decision, c.reason, c.state)
			}
		})
	}
}

func idps(names ...string) moment { return policy(func(p *Policy) { p.IDPs = names }) }

// Contract §5, the state of a user.
func TestTheStateOfAUserIsAsTheContractNamesIt(t *testing.T) {
	cases := []struct {
		name  string
		given []moment
		want  State
	}{
		{"single sign-on that is trusted", []moment{trusted, ssoUser, required}, StateNotApplicable},
		{"with a factor", []moment{trusted, ssoUser, enrolled}, StateActive},
		{"only one identity provider is trusted", []moment{trusted, ssoUser, required, idps("idp")}, StatePending},
		{"only evidence is trusted", []moment{ssoUser, required}, StatePending},
		{"switched off", []moment{trusted, ssoUser, off}, StateNotAvailable},
		{"not trusted under the floor", []moment{trusted, ssoUser, below(ClientsRequired)}, StatePending},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := decide(at(c.given...))
			if v.State != c.want {
				t.Errorf("got %s, want %s", v.State, c.want)
			}
			if (v.State == StateNotApplicable || v.State == StateNotAvailable) && v.Required {
				t.Error("it is shown as required where it does not apply")
			}
		})
	}
}

func TestOverridesAreLockedByTheTenantAndByTheFloorOnly(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []moment
		want  bool
	}{
		{"required, allowed", []moment{required}, false},
		{"required, locked", []moment{required, locked}, true},
		{"locked for another role", []moment{required, locked, onlyAdmin}, false},
		{"locked and only available", []moment{locked}, false},
		{"the floor", []moment{below(ClientsRequired)}, true},
	} {
		if v := decide(at(c.given...)); v.OverrideLocked != c.want {
			t.Errorf("%s: locked is %v", c.name, v.OverrideLocked)
		}
	}
}

func TestTheMethodsAreThoseThatWouldBeAccepted(t *testing.T) {
	noCodes := user(func(a *Auth) { a.Factor.Backup = nil })
	allSpent := user(func(a *Auth) { a.Factor.Spent = 3 })
	both, backup := []Method{MethodTOTP, MethodBackupCode}, []Method{MethodBackupCode}
	for _, c := range []struct {
		name  string
		given []moment
		want  []Method
		held  Locked
	}{
		{"a factor", []moment{enrolled}, both, ""},
		{"no backup codes", []moment{enrolled, noCodes}, []Method{MethodTOTP}, ""},
		{"all backup codes spent", []moment{enrolled, allSpent}, []Method{MethodTOTP}, ""},
		{"paused", []moment{enrolled, paused}, nil, LockedThrottled},
		{"the long lock", []moment{enrolled, longLock}, backup, LockedThrottled},
		{"the long lock without backup codes", []moment{enrolled, longLock, noCodes}, nil, LockedThrottled},
		{"disabled", []moment{disabled}, backup, LockedDisabled},
		{"disabled and paused", []moment{disabled, paused}, nil, LockedDisabled},
		{"off", []moment{enrolled, paused, off}, nil, ""},
		{"no factor", nil, nil, ""},
	} {
		v := decide(at(c.given...))
		if !slices.Equal(v.Methods, c.want) || v.Locked != c.held {
			t.Errorf("%s: got %v, %q; want %v, %q", c.name, v.Methods, v.Locked, c.want, c.held)
		}
	}
}

// PO-04: a policy that requires what the user has not is never a pass.
func TestPO04WhoMustHaveAFactorAndHasNoneIsNeverLetPast(t *testing.T) {
	for _, given := range [][]moment{{required}, {ownRequired}, {below(ClientsRequired)}, {marked}, {asked}} {
		for _, first := range []moment{sso(), sso("pwd"), func(*situation) {}} {
			if v := decide(at(append(given, first)...)); v.Decision != DecisionEnroll {
				t.Errorf("got %s, %s", v.Decision, v.Reason)
			}
		}
	}
}

// PO-13: a policy that is missing or makes no sense is the strict one.
func TestPO13APolicyThatCannotBeReadIsNeverOff(t *testing.T) {
	for name, broken := range map[string]Policy{
		"missing": {}, "an unknown mode": func() Policy { p := DefaultPolicy(); p.Mode = "offf"; return p }(),
		"a number out of range": func() Policy { p := DefaultPolicy(); p.Mode = ModeOff; p.GraceDays = -1; return p }(),
	} {
		tenant := policy(func(p *Policy) { *p = broken })
		if v := decide(at(tenant, exempt, sso("mfa"))); v.Decision != DecisionEnroll || v.Skippable {
			t.Errorf("%s: a login without a factor got %s, %s", name, v.Decision, v.Reason)
		}
		if v := decide(at(tenant, enrolled)); v.Decision != DecisionVerify {
			t.Errorf("%s: a login with a factor got %s", name, v.Decision)
		}
		parent := func(s *situation) {
			s.parent = &Tenant{ID: "parent", Policy: PolicyVersion{Policy: broken}}
		}
		if v := decide(at(parent, exempt)); v.Decision != DecisionEnroll {
			t.Errorf("%s, of the parent: got %s, %s", name, v.Decision, v.Reason)
		}
	}
}

func TestTheExplanationWeighsAllEightRulesInOrder(t *testing.T) {
	explain := func(s *situation) { s.explain = true }
	for _, given := range [][]moment{{explain}, {explain, inactive}, {explain, enrolled, required}} {
		v := decide(at(given...))
		var names []string
		for _, rule := range v.Rules {
			names = append(names, rule.Name)
			if rule.Says == "" {
				t.Errorf("rule %s says nothing", rule.Name)
			}
		}
		want := []string{
			"user_inactive", "two_factor_off", "reset_mark", "activation_requested",
			"sso", "parent_floor", "tenant_requirement", "factor",
		}
		if !slices.Equal(names, want) {
			t.Errorf("got %v", names)
		}
		quiet := at(given...)
		quiet.explain = false
		if w := decide(quiet); w.Decision != v.Decision || w.Reason != v.Reason || len(w.Rules) != 0 {
			t.Error("asking for reasons changed the decision, or they came without being asked for")
		}
	}
}
