package twofactor

import (
	"testing"
	"time"
)

const week = 7 * 24 * time.Hour

func after(d time.Duration) moment { return func(s *situation) { s.now = noon.Add(d) } }

func TestGraceRunsFromTheLatestBeginning(t *testing.T) {
	since := func(at time.Time) moment { return func(s *situation) { s.tenant.RequiredSince = at } }
	floorSince := func(at time.Time) moment { return func(s *situation) { s.parent.FloorSince = at } }
	parentGrace := func(p *Policy) { p.GraceDays = 30; p.MaxDeferrals = 3 }
	setAt := func(at time.Time) moment {
		return user(func(a *Auth) { a.Requirement = Requirement{Value: RequirementRequired, SetAt: at} })
	}
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	for _, c := range []struct {
		name  string
		given []moment
		want  time.Time
	}{
		{"the user was made", []moment{required, grace, since(day(-3))}, day(7)},
		{"the tenant's requirement began", []moment{required, grace, since(day(2))}, day(9)},
		{"the own requirement was set", []moment{grace, setAt(day(3))}, day(10)},
		{"the latest of all three", []moment{required, grace, since(day(2)), setAt(day(4))}, day(11)},
		{"the own requirement is older", []moment{required, grace, since(day(5)), setAt(day(4))}, day(12)},
		{"the tenant's beginning does not count for one's own", []moment{grace, since(day(5)), setAt(day(1))}, day(8)},
		{"the floor began, the shorter grace counts", []moment{grace, below(ClientsRequired, parentGrace), floorSince(day(6))}, day(13)},
		{"under the floor the tenant's beginning does not count", []moment{required, grace, since(day(5)), below(ClientsRequired, parentGrace)}, day(7)},
	} {
		v := decide(at(append(c.given, after(time.Hour))...))
		if !v.EnrollBy.Equal(c.want) {
			t.Errorf("%s: enrol by %v, want %v", c.name, v.EnrollBy, c.want)
		}
	}
}

func TestLaterCanBeChosenOnlyWithinGraceAndWhileDeferralsLast(t *testing.T) {
	spent := func(n int) moment { return user(func(a *Auth) { a.Deferrals = n }) }
	fewer := policy(func(p *Policy) { p.MaxDeferrals = 1 })
	for _, c := range []struct {
		name  string
		given []moment
		skip  bool
		left  int
	}{
		{"at once", []moment{required, grace}, true, 3},
		{"the last second", []moment{required, grace, after(week - time.Second)}, true, 3},
		{"the end", []moment{required, grace, after(week)}, false, 3},
		{"two used", []moment{required, grace, spent(2)}, true, 1},
		{"all used", []moment{required, grace, spent(3)}, false, 0},
		{"more used than the policy now gives", []moment{required, grace, fewer, spent(2)}, false, 0},
		{"no grace days", []moment{required}, false, 3},
		{"not required", []moment{grace}, false, 3},
		{"after a reset", []moment{required, grace, marked}, false, 3},
		{"who asked to activate", []moment{required, grace, asked}, false, 3},
		{"with a factor", []moment{required, grace, enrolled}, false, 3},
		{"the parent gives no grace", []moment{grace, below(ClientsRequired)}, false, 3},
		{"single sign-on users who come by password", []moment{required, grace, trusted, ssoUser}, true, 3},
	} {
		v := decide(at(c.given...))
		if v.Skippable != c.skip || v.DeferralsLeft != c.left {
			t.Errorf("%s: skippable %v with %d left, want %v with %d", c.name, v.Skippable, v.DeferralsLeft, c.skip, c.left)
		}
	}
}

// The gate's step-up always asks for a code (contract §4.5).
func TestAStepUpAsksForTheCodeWhateverTheLoginWouldNeed(t *testing.T) {
	for name, given := range map[string][]moment{
		"a remembered device":    {enrolled, device},
		"trusted single sign-on": {enrolled, trusted, sso()},
		"single sign-on, mfa":    {enrolled, sso("mfa")},
		"exempt":                 {enrolled, required, exempt},
	} {
		if v := decideStepUp(at(given...)); v.Decision != DecisionVerify {
			t.Errorf("%s: got %s, %s", name, v.Decision, v.Reason)
		}
	}
	for reason, given := range map[Reason][]moment{
		ReasonThrottled: {enrolled, paused, device}, ReasonFactorDisabled: {disabled, trusted, sso()},
		ReasonUserInactive: {inactive, enrolled},
	} {
		if v := decideStepUp(at(given...)); v.Decision != DecisionDeny || v.Reason != reason {
			t.Errorf("got %s, %s, want deny, %s", v.Decision, v.Reason, reason)
		}
	}
	if v := decideStepUp(at(enrolled, off)); v.Decision != DecisionAllow || v.Reason != ReasonNotAvailable {
		t.Errorf("switched off: got %s, %s", v.Decision, v.Reason)
	}
}

func TestTheGatesEnrolmentIsNeverPutOffAndNeverNeedsARequirement(t *testing.T) {
	for name, given := range map[string][]moment{
		"nothing requires it":    nil,
		"within grace":           {required, grace},
		"exempt":                 {required, exempt},
		"trusted single sign-on": {trusted, sso()},
	} {
		if v := decideGateEnroll(at(given...)); v.Decision != DecisionEnroll || v.Skippable {
			t.Errorf("%s: got %s, skippable %v", name, v.Decision, v.Skippable)
		}
	}
	for name, given := range map[string][]moment{"off": {off}, "inactive": {inactive}, "a factor": {enrolled}} {
		if v := decideGateEnroll(at(given...)); v.Decision == DecisionEnroll {
			t.Errorf("%s: enrols", name)
		}
	}
}
