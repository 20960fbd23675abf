package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

const day = 24 * time.Hour

// holds says whether a role holds a permission (contract §6).
func (t *tenant) holds(role string, permission twofactor.Permission) bool {
	return role == twofactor.RoleSuperAdmin ||
		(role != twofactor.RoleUser || permission == twofactor.PermReportsRead) &&
			slices.Contains(t.policy.Permissions[permission], role)
}

func (t *tenant) holdsAny(role string, permissions ...twofactor.Permission) bool {
	if len(permissions) == 0 {
		permissions = twofactor.AllPermissions
	}
	return slices.ContainsFunc(permissions, func(p twofactor.Permission) bool { return t.holds(role, p) })
}

// underFloor says whether the parent requires this user (§6, step 6).
func (u *user) underFloor() bool {
	if u.tenant.parent == nil {
		return false
	}
	switch u.tenant.parent.policy.Clients {
	case twofactor.ClientsRequired:
		return true
	case twofactor.ClientsRequiredForAdmins:
		return u.tenant.holdsAny(u.role)
	}
	return false
}

// resting says whether two-factor authentication is off for this user.
func (u *user) resting() bool {
	return u.tenant.policy.Mode == twofactor.ModeOff && !u.underFloor()
}

// policies are those that count for the user where the stricter does.
func (u *user) policies() []twofactor.Policy {
	if u.underFloor() {
		return []twofactor.Policy{u.tenant.policy, u.tenant.parent.policy}
	}
	return []twofactor.Policy{u.tenant.policy}
}

// least is the smallest value of the policies that count (docs/decisions.md,
// 13).
func (u *user) least(of func(twofactor.Policy) int) int {
	all := u.policies()
	n := of(all[0])
	for _, p := range all[1:] {
		n = min(n, of(p))
	}
	return n
}

func (u *user) rememberDays() int {
	return u.least(func(p twofactor.Policy) int { return p.RememberDeviceDays })
}
func (u *user) skew() int { return u.least(func(p twofactor.Policy) int { return p.SkewSteps }) }
func (u *user) sessionHours() int {
	return u.least(func(p twofactor.Policy) int { return p.SessionHours })
}
func (u *user) laterLeft() int {
	return max(0, u.least(func(p twofactor.Policy) int { return p.MaxDeferrals })-u.later)
}

func evidence(amr []string) bool {
	return slices.ContainsFunc(amr, func(m string) bool {
		return slices.Contains([]string{"mfa", "otp", "hwk", "swk", "fido"}, m)
	})
}

// trusts is §6, step 5.
func trusts(p twofactor.Policy, first twofactor.FirstFactor) bool {
	switch {
	case first.Method != twofactor.SignInSSO, p.SSO == twofactor.SSONever:
		return false
	case len(p.IDPs) > 0 && !slices.Contains(p.IDPs, first.IDP):
		return false
	}
	return p.SSO == twofactor.SSOTrusted || evidence(first.AMR)
}

func (u *user) trusts(first twofactor.FirstFactor) bool {
	return !slices.ContainsFunc(u.policies(), func(p twofactor.Policy) bool { return !trusts(p, first) })
}

// tenantRequires is the first sentence of §6, step 7, without exemptions.
func (u *user) tenantRequires() bool {
	p := u.tenant.policy
	return p.Mode == twofactor.ModeRequired && (slices.Contains(p.Roles, "*") || slices.Contains(p.Roles, u.role))
}

// locked says whether the policy leaves nothing to single users.
func (u *user) locked() bool {
	return u.underFloor() || u.tenantRequires() && u.tenant.policy.UserOverrides == twofactor.OverridesLocked
}

// required is steps 6 and 7: the reason, or "" and why not.
func (u *user) required(now time.Time) (reason, not twofactor.Reason) {
	own := u.own.at(now).value
	exempt := own == twofactor.RequirementExempt && u.tenant.policy.UserOverrides == twofactor.OverridesAllowed
	switch {
	case u.resting():
		return "", twofactor.ReasonNotAvailable
	case u.underFloor():
		return twofactor.ReasonRequiredByParent, ""
	case u.tenantRequires() && !exempt:
		return twofactor.ReasonRequiredByTenant, ""
	case own == twofactor.RequirementRequired:
		return twofactor.ReasonRequiredForUser, ""
	case u.tenantRequires():
		return "", twofactor.ReasonUserExempt
	}
	return "", twofactor.ReasonNotRequired
}

// notApplicable is §5: single sign-on that is trusted whatever it says.
func (u *user) notApplicable() bool {
	if u.signIn != twofactor.SignInSSO || u.factor != nil || u.resting() {
		return false
	}
	return !slices.ContainsFunc(u.policies(), func(p twofactor.Policy) bool {
		return p.SSO != twofactor.SSOTrusted || len(p.IDPs) > 0
	})
}

func (u *user) state(now time.Time) twofactor.State {
	reason, _ := u.required(now)
	switch {
	case u.resting():
		return twofactor.StateNotAvailable
	case u.factor != nil:
		return twofactor.StateActive
	case u.reset, u.asked:
		// The next login enrols: that is as good as required.
		return twofactor.StatePending
	case u.notApplicable():
		return twofactor.StateNotApplicable
	case reason != "":
		return twofactor.StatePending
	}
	return twofactor.StateNotRequired
}

// mustHave says whether the user is required to have a factor.
func (u *user) mustHave(now time.Time) bool {
	reason, _ := u.required(now)
	return reason != "" && u.state(now) != twofactor.StateNotApplicable
}

// usual is a login of the user by his usual first factor.
func (u *user) usual() twofactor.FirstFactor { return twofactor.FirstFactor{Method: u.signIn} }

// answer is what a login needs.
type answer struct {
	decision twofactor.Decision
	reason   twofactor.Reason
	skip     bool
	by       time.Time
	methods  []twofactor.Method
	retry    time.Time
}

// decide is contract §6, first match wins.
func (u *user) decide(first twofactor.FirstFactor, remembered bool, now time.Time) answer {
	required, not := u.required(now)
	switch {
	case !u.active:
		return answer{decision: twofactor.DecisionDeny, reason: twofactor.ReasonUserInactive}
	case u.resting():
		return answer{decision: twofactor.DecisionAllow, reason: twofactor.ReasonNotAvailable}
	case u.reset:
		return answer{decision: twofactor.DecisionEnroll, reason: twofactor.ReasonFactorReset}
	case u.asked && u.factor == nil:
		return answer{decision: twofactor.DecisionEnroll, reason: twofactor.ReasonActivationRequested}
	case u.trusts(first):
		return answer{decision: twofactor.DecisionAllow, reason: twofactor.ReasonSSO}
	case u.factor != nil && remembered:
		return answer{decision: twofactor.DecisionAllow, reason: twofactor.ReasonDeviceRemembered}
	case u.factor != nil:
		return u.askForCode(now)
	case required != "":
		by := u.enrollBy(now)
		return answer{
			decision: twofactor.DecisionEnroll, reason: required, by: by,
			skip: now.Before(by) && u.laterLeft() > 0,
		}
	}
	return answer{decision: twofactor.DecisionAllow, reason: not}
}

// askForCode is the rest of step 8 for who has a factor.
func (u *user) askForCode(now time.Time) answer {
	lock := u.factor.lock(now)
	backup := []twofactor.Method{}
	if u.factor.backupsLeft() > 0 && u.tenant.policy.BackupCodes > 0 {
		backup = append(backup, twofactor.MethodBackupCode)
	}
	switch {
	case lock.paused && u.factor.disabled:
		return answer{decision: twofactor.DecisionDeny, reason: twofactor.ReasonFactorDisabled, retry: u.factor.retry(now)}
	case lock.paused:
		return answer{decision: twofactor.DecisionDeny, reason: twofactor.ReasonThrottled, retry: lock.until}
	case u.factor.disabled:
		return answer{decision: twofactor.DecisionDeny, reason: twofactor.ReasonFactorDisabled, methods: backup}
	case lock.long:
		return answer{decision: twofactor.DecisionDeny, reason: twofactor.ReasonThrottled, methods: backup, retry: lock.until}
	}
	return answer{
		decision: twofactor.DecisionVerify, reason: twofactor.ReasonFactorActive,
		methods: append([]twofactor.Method{twofactor.MethodTOTP}, backup...),
	}
}

// enrollBy is when the grace ends; zero where there is none.
func (u *user) enrollBy(now time.Time) time.Time {
	days := u.least(func(p twofactor.Policy) int { return p.GraceDays })
	reason, _ := u.required(now)
	if days == 0 || reason == "" {
		return time.Time{}
	}
	from := u.made
	later := func(at time.Time) {
		if at.After(from) {
			from = at
		}
	}
	if u.own.at(now).value == twofactor.RequirementRequired {
		later(u.own.set)
	}
	switch reason {
	case twofactor.ReasonRequiredByTenant:
		later(u.tenant.requires.from)
	case twofactor.ReasonRequiredByParent:
		later(u.tenant.parent.floor.from)
	}
	return from.AddDate(0, 0, days)
}
