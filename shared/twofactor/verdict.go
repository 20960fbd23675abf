package twofactor

import (
	"slices"
	"time"
)

// finish fills what follows from the decision: state, lock, methods, grace.
func (w *weighing) finish() {
	w.State = w.state()
	w.lockAndMethods()
	w.grace()
	if w.State == StateNotApplicable {
		w.Required, w.RequiredBy = false, ""
		// Who comes by password all the same has his grace like everyone.
		if w.Decision != DecisionEnroll {
			w.EnrollBy = time.Time{}
		}
	}
}

// state is contract §5's.
func (w *weighing) state() State {
	switch {
	case w.off():
		return StateNotAvailable
	case w.user.Factor != nil:
		return StateActive
	case w.mustEnroll():
		return StatePending
	case w.user.SignIn == SignInSSO && w.policy.SSO == SSOTrusted && len(w.policy.IDPs) == 0:
		return StateNotApplicable
	case w.Required:
		return StatePending
	}
	return StateNotRequired
}

// mustEnroll is true when a mark of this user's own asks for an enrolment,
// whatever the policy requires.
func (w *weighing) mustEnroll() bool {
	return w.user.Factor == nil && (w.user.ResetMark || w.user.ActivationRequested)
}

func (w *weighing) lockAndMethods() {
	factor := w.user.Factor
	if factor == nil || w.State == StateNotAvailable {
		return
	}
	held := w.user.lock(w.now)
	switch {
	case factor.Disabled:
		w.Locked = LockedDisabled
	case held.any():
		w.Locked = LockedThrottled
		w.RetryAt = held.RetryAt
	}
	if held.Paused {
		w.RetryAt = held.RetryAt
		return
	}
	if w.Locked == "" {
		w.Methods = append(w.Methods, MethodTOTP)
	}
	if factor.codesLeft() > 0 && w.policy.BackupCodes > 0 {
		w.Methods = append(w.Methods, MethodBackupCode)
	}
}

// grace fills EnrollBy, DeferralsLeft and Skippable.
func (w *weighing) grace() {
	w.DeferralsLeft = max(0, w.policy.MaxDeferrals-w.user.Deferrals)
	if w.user.Factor != nil || !w.Required || w.policy.GraceDays == 0 || w.mustEnroll() {
		return
	}
	w.EnrollBy = w.graceStart().AddDate(0, 0, w.policy.GraceDays)
	w.Skippable = w.Decision == DecisionEnroll && w.DeferralsLeft > 0 && w.now.Before(w.EnrollBy)
}

// graceStart is the latest of: the user was made, the own requirement was
// set, the tenant's (or the parent's) requirement began.
func (w *weighing) graceStart() time.Time {
	start := w.user.CreatedAt
	switch w.RequiredBy {
	case ReasonRequiredByTenant:
		start = later(start, w.tenant.RequiredSince)
	case ReasonRequiredByParent:
		start = later(start, w.parent.FloorSince)
	}
	if w.user.Requirement.At(w.now) == RequirementRequired {
		start = later(start, w.user.Requirement.SetAt)
	}
	return start
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// floorHolds reports whether the parent requires this user (contract §6,
// step 6).
func floorHolds(tenant, parent *Tenant, user *Auth) bool {
	if parent == nil {
		return false
	}
	switch soundPolicy(parent.Policy.Policy).Clients {
	case ClientsRequired:
		return true
	case ClientsRequiredForAdmins:
		return soundPolicy(tenant.Policy.Policy).holdsAny(user.Role)
	}
	return false
}

// effectivePolicy is the tenant's policy, made as strict as the parent's
// where the parent's floor holds: no client setting steps under the floor.
func effectivePolicy(tenant, parent *Tenant, floor bool) Policy {
	p := soundPolicy(tenant.Policy.Policy)
	if !floor {
		return p
	}
	q := soundPolicy(parent.Policy.Policy)
	p.SSO, p.IDPs = stricterTrust(p, q)
	p.RememberDeviceDays = min(p.RememberDeviceDays, q.RememberDeviceDays)
	p.GraceDays = min(p.GraceDays, q.GraceDays)
	p.MaxDeferrals = min(p.MaxDeferrals, q.MaxDeferrals)
	p.SkewSteps = min(p.SkewSteps, q.SkewSteps)
	p.SessionHours = min(p.SessionHours, q.SessionHours)
	return p
}

// stricterTrust trusts only what both policies trust.
func stricterTrust(p, q Policy) (SSOTrust, []string) {
	rank := map[SSOTrust]int{SSOTrusted: 1, SSOTrustedWithAMR: 2, SSONever: 3}
	trust := p.SSO
	if rank[q.SSO] > rank[p.SSO] {
		trust = q.SSO
	}
	switch {
	case len(p.IDPs) == 0:
		return trust, q.IDPs
	case len(q.IDPs) == 0:
		return trust, p.IDPs
	}
	both := slices.DeleteFunc(slices.Clone(p.IDPs), func(idp string) bool { return !contains(q.IDPs, idp) })
	if len(both) == 0 {
		return SSONever, nil
	}
	return trust, both
}
