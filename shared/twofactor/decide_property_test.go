package twofactor

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func pick[T any](t *rapid.T, name string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, name)
}

func anyPolicyFor(t *rapid.T, who string) Policy {
	p := DefaultPolicy()
	p.Mode = pick(t, who+" mode", ModeOff, ModeAvailable, ModeRequired)
	p.Roles = pick(t, who+" roles", []string{AnyRole}, []string{RoleAdmin}, []string{})
	p.UserOverrides = pick(t, who+" overrides", OverridesAllowed, OverridesLocked)
	p.SSO = pick(t, who+" sso", SSOTrusted, SSOTrustedWithAMR, SSONever)
	p.IDPs = pick(t, who+" idps", []string{}, []string{"a"}, []string{"b"}, []string{"a", "b"})
	p.GraceDays = pick(t, who+" grace", 0, 7, 90)
	p.MaxDeferrals = pick(t, who+" deferrals", 0, 1, 10)
	p.RememberDeviceDays = pick(t, who+" remember", 0, 30)
	p.Clients = pick(t, who+" clients", ClientsOwn, ClientsRequired, ClientsRequiredForAdmins)
	return p
}

func anySituation(t *rapid.T) situation {
	s := at(after(time.Duration(rapid.IntRange(0, 24*100).Draw(t, "hours")) * time.Hour))
	s.tenant.Policy.Policy = anyPolicyFor(t, "own")
	if rapid.Bool().Draw(t, "has a parent") {
		s.parent = &Tenant{ID: "parent", Policy: PolicyVersion{Policy: anyPolicyFor(t, "parent's")}, FloorSince: noon}
	}
	u := s.user
	u.Active = rapid.IntRange(0, 9).Draw(t, "active") > 0
	u.Role = pick(t, "role", RoleUser, RoleAdmin, RoleSuperAdmin)
	u.SignIn = pick(t, "sign-in", SignInPassword, SignInSSO)
	u.ResetMark = rapid.IntRange(0, 4).Draw(t, "reset mark") == 0
	u.ActivationRequested = rapid.IntRange(0, 4).Draw(t, "asked") == 0
	u.Deferrals = rapid.IntRange(0, 3).Draw(t, "deferred")
	u.Requirement = Requirement{Value: pick(t, "own", RequirementInherit, RequirementExempt, RequirementRequired), SetAt: noon}
	if rapid.Bool().Draw(t, "factor") {
		u.Factor, u.ResetMark = &Factor{Disabled: rapid.Bool().Draw(t, "disabled")}, false
		if rapid.Bool().Draw(t, "paused") {
			u.Attempts.PausedUntil = s.now.Add(time.Minute)
		}
	}
	s.first = FirstFactor{
		Method: pick(t, "first", SignInPassword, SignInSSO), IDP: pick(t, "idp", "a", "b", ""),
		AMR: pick(t, "amr", nil, []string{"pwd"}, []string{"mfa"}),
	}
	s.device = u.Factor != nil && rapid.Bool().Draw(t, "device")
	return s
}

// Under the floor a user without a factor is let past only by a single sign-on
// that the parent's own policy trusts, whatever the client says.
func TestNoClientSettingStepsUnderTheFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation(t)
		s.parent = &Tenant{ID: "parent", Policy: PolicyVersion{Policy: anyPolicyFor(t, "floor's")}, FloorSince: noon}
		s.parent.Policy.Clients = ClientsRequired
		s.device = false
		v := decide(s)
		parent := s.parent.Policy.Policy
		byParent := s.first.Method == SignInSSO && trusts(parent, s.first)
		if v.Decision == DecisionAllow && (!byParent || v.Reason != ReasonSSO) {
			t.Fatalf("allowed, %s", v.Reason)
		}
		if v.Skippable && (parent.GraceDays == 0 || s.user.Deferrals >= parent.MaxDeferrals) {
			t.Fatal("put off although the parent gives no grace")
		}
		if !v.EnrollBy.IsZero() && v.EnrollBy.After(v.graceLimit(s, parent)) {
			t.Fatalf("enrol by %v is later than the parent allows", v.EnrollBy)
		}
		p := effectivePolicy(s.tenant, s.parent, true)
		if p.RememberDeviceDays > parent.RememberDeviceDays || p.SkewSteps > parent.SkewSteps || p.SessionHours > parent.SessionHours {
			t.Fatal("a number of the client is laxer than the parent's")
		}
	})
}

// graceLimit is the latest end that the parent's own number of days gives.
func (v verdict) graceLimit(s situation, parent Policy) time.Time {
	start := later(s.user.CreatedAt, s.parent.FloorSince)
	if s.user.Requirement.Value == RequirementRequired {
		start = later(start, s.user.Requirement.SetAt)
	}
	return start.AddDate(0, 0, parent.GraceDays)
}

// Each of these makes a policy or a situation stricter.
var stricter = map[string]func(*situation){
	"require it of all": func(s *situation) {
		if s.tenant.Policy.Mode == ModeAvailable {
			s.tenant.Policy.Mode, s.tenant.Policy.Roles = ModeRequired, []string{AnyRole}
		}
	},
	"switch it on":     func(s *situation) { s.tenant.Policy.Mode = ModeRequired },
	"name every role":  func(s *situation) { s.tenant.Policy.Roles = []string{AnyRole} },
	"lock overrides":   func(s *situation) { s.tenant.Policy.UserOverrides = OverridesLocked },
	"never trust sso":  func(s *situation) { s.tenant.Policy.SSO = SSONever },
	"want evidence":    wantEvidence,
	"no grace":         func(s *situation) { s.tenant.Policy.GraceDays = 0 },
	"no deferrals":     func(s *situation) { s.tenant.Policy.MaxDeferrals = 0 },
	"no device":        func(s *situation) { s.device = false },
	"require the user": func(s *situation) { s.user.Requirement.Value = RequirementRequired },
	"lift an exemption": func(s *situation) {
		if s.user.Requirement.Value == RequirementExempt {
			s.user.Requirement.Value = RequirementInherit
		}
	},
	"raise the floor":     raiseFloor,
	"deactivate the user": func(s *situation) { s.user.Active = false },
	"set the reset mark":  func(s *situation) { s.user.ResetMark = s.user.Factor == nil },
}

// raiseFloor adds the demand and takes nothing that a parent says away.
func raiseFloor(s *situation) {
	if s.parent == nil {
		below(ClientsRequired)(s)
	}
	s.parent.Policy.Clients = ClientsRequired
}

func wantEvidence(s *situation) {
	if s.tenant.Policy.SSO == SSOTrusted {
		s.tenant.Policy.SSO = SSOTrustedWithAMR
	}
}

func TestAddingStrictnessNeverTurnsARefusalIntoAPass(t *testing.T) {
	names := make([]string, 0, len(stricter))
	for name := range stricter {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation(t)
		before := decide(s)
		name := pick(t, "strictness", names...)
		stricter[name](&s)
		after := decide(s)
		if after.Decision == DecisionAllow && before.Decision != DecisionAllow {
			t.Fatalf("%s: %s (%s) became allow (%s)", name, before.Decision, before.Reason, after.Reason)
		}
		if after.Skippable && !before.Skippable && before.Decision == DecisionEnroll {
			t.Fatalf("%s: an enrolment that could not be put off now can be", name)
		}
	})
}

func TestEveryDecisionHangsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation(t)
		v := decide(s)
		switch {
		case v.Decision == DecisionEnroll && s.user.Factor != nil:
			t.Fatal("somebody with a factor is asked to enrol")
		case v.Decision == DecisionVerify && !slices.Contains(v.Methods, MethodTOTP):
			t.Fatalf("a code is asked for, and the methods are %v", v.Methods)
		case v.Skippable && (v.Decision != DecisionEnroll || v.DeferralsLeft == 0 || v.EnrollBy.IsZero()):
			t.Fatalf("skippable with %+v", v)
		case v.Decision == DecisionAllow && v.Required && s.user.Factor == nil && v.Reason != ReasonSSO:
			t.Fatalf("required, without a factor, and allowed: %s", v.Reason)
		case v.State == StateActive && s.user.Factor == nil, v.State == StatePending && s.user.Factor != nil:
			t.Fatalf("state %s", v.State)
		case v.Decision == "" || v.Reason == "" || v.State == "":
			t.Fatalf("undecided: %+v", v)
		}
	})
}
