package twofactor

import "time"

// situation is all that counts for one login of one user.
type situation struct {
	tenant *Tenant
	// parent is the tenant's parent; nil when it has none.
	parent *Tenant
	user   *Auth
	first  FirstFactor
	// device is true when a remembered device stands in.
	device bool
	now    time.Time
	// explain asks for the reasons too.
	explain bool
}

// Rule is one rule of contract §6 and what it said.
type Rule struct {
	Name    string
	Applies bool
	Says    string
}

// verdict is what the rules say about one login.
type verdict struct {
	Decision Decision
	Reason   Reason
	// Required and RequiredBy say whether the user must have a factor, and
	// who says so, whatever this login needs.
	Required       bool
	RequiredBy     Reason
	OverrideLocked bool
	State          State
	Locked         Locked
	RetryAt        time.Time
	EnrollBy       time.Time
	Skippable      bool
	DeferralsLeft  int
	Methods        []Method
	Rules          []Rule
}

// rules are the eight steps of contract §6, in order: the first that concludes
// decides. Later ones are weighed all the same, for what they say.
var rules = [...]struct {
	name  string
	weigh func(*weighing) (applies bool, says string)
}{
	{"user_inactive", weighActive},
	{"two_factor_off", weighMode},
	{"reset_mark", weighResetMark},
	{"activation_requested", weighActivation},
	{"sso", weighSSO},
	{"parent_floor", weighFloor},
	{"tenant_requirement", weighRequirement},
	{"factor", weighFactor},
}

// weighing is a decision in the making.
type weighing struct {
	situation
	policy Policy
	// floor is true when the parent requires this user.
	floor     bool
	exempt    bool
	concluded bool
	verdict
}

// decide is the one function that says what a login needs; login, gate,
// explanation and preview all use it. It is pure.
func decide(s situation) verdict {
	w := &weighing{situation: s, floor: floorHolds(s.tenant, s.parent, s.user)}
	w.policy = effectivePolicy(s.tenant, s.parent, w.floor)
	for _, rule := range rules {
		applies, says := rule.weigh(w)
		if s.explain {
			w.Rules = append(w.Rules, Rule{Name: rule.name, Applies: applies, Says: says})
		}
	}
	w.finish()
	return w.verdict
}

// conclude decides, unless an earlier rule did.
func (w *weighing) conclude(d Decision, r Reason) {
	if !w.concluded {
		w.concluded = true
		w.Decision, w.Reason = d, r
	}
}

// off is step 2's condition: two-factor authentication rests here.
func (w *weighing) off() bool { return w.policy.Mode == ModeOff && !w.floor }

func weighActive(w *weighing) (bool, string) {
	if w.user.Active {
		return false, "The user is active."
	}
	w.conclude(DecisionDeny, ReasonUserInactive)
	return true, "The user is not active and cannot sign in."
}

func weighMode(w *weighing) (bool, string) {
	if w.off() {
		w.conclude(DecisionAllow, ReasonNotAvailable)
		return true, "Two-factor authentication is off for this tenant."
	}
	if w.policy.Mode == ModeOff {
		return false, "It is off for this tenant, but the parent requires this user."
	}
	return false, "Two-factor authentication is not off for this tenant."
}

func weighResetMark(w *weighing) (bool, string) {
	if !w.user.ResetMark {
		return false, "There was no reset that asks for a new enrolment."
	}
	w.conclude(DecisionEnroll, ReasonFactorReset)
	return true, "The factor was reset: the user enrols again at the next login."
}

func weighActivation(w *weighing) (bool, string) {
	if !w.user.ActivationRequested || w.user.Factor != nil {
		return false, "The user has not asked to activate now."
	}
	w.conclude(DecisionEnroll, ReasonActivationRequested)
	return true, "The user asked to activate and has no factor yet."
}

func weighSSO(w *weighing) (bool, string) {
	if w.first.Method != SignInSSO {
		return false, "This login did not come by single sign-on."
	}
	if !trusts(w.policy, w.first) {
		return false, "The policy does not trust this single sign-on."
	}
	w.conclude(DecisionAllow, ReasonSSO)
	return true, "The policy trusts this single sign-on."
}

func weighFloor(w *weighing) (bool, string) {
	if w.parent == nil {
		return false, "The tenant has no parent."
	}
	if !w.floor {
		return false, "The parent does not require this user."
	}
	w.require(ReasonRequiredByParent)
	w.OverrideLocked = true
	return true, "The parent requires this user; nothing here lifts it."
}

func weighRequirement(w *weighing) (bool, string) {
	if w.floor {
		return false, "The parent's requirement stands before the tenant's own."
	}
	own := w.user.Requirement.At(w.now)
	if w.policy.Mode == ModeRequired && listed(w.policy.Roles, w.user.Role) {
		w.OverrideLocked = w.policy.UserOverrides == OverridesLocked
		if own == RequirementExempt && !w.OverrideLocked {
			w.exempt = true
			return true, "The tenant requires this role, but the user is exempt."
		}
		w.require(ReasonRequiredByTenant)
		return true, "The tenant requires this user's role."
	}
	if own == RequirementRequired && w.policy.Mode != ModeOff {
		w.require(ReasonRequiredForUser)
		return true, "It is required for this user."
	}
	return false, "Nothing requires this user."
}

func (w *weighing) require(by Reason) {
	w.Required, w.RequiredBy = true, by
}

func weighFactor(w *weighing) (bool, string) {
	if w.user.Factor != nil {
		return true, w.weighPresentFactor()
	}
	if w.Required {
		w.conclude(DecisionEnroll, w.RequiredBy)
		return true, "It is required and there is no factor: the user enrols."
	}
	if w.exempt {
		w.conclude(DecisionAllow, ReasonUserExempt)
		return true, "There is no factor, and the user is exempt."
	}
	w.conclude(DecisionAllow, ReasonNotRequired)
	return true, "There is no factor, and none is required."
}

func (w *weighing) weighPresentFactor() string {
	held := w.user.Attempts.lock(w.now)
	switch {
	case w.device:
		w.conclude(DecisionAllow, ReasonDeviceRemembered)
		return "A remembered device stands in for the code."
	case w.user.Factor.Disabled:
		w.conclude(DecisionDeny, ReasonFactorDisabled)
		return "The factor is disabled after too many wrong codes."
	case held.any():
		w.conclude(DecisionDeny, ReasonThrottled)
		return "There were too many wrong codes: no code is asked for now."
	}
	w.conclude(DecisionVerify, ReasonFactorActive)
	return "There is a factor: a code is asked for at every login."
}

// trusts is step 5 (contract §6): whether policy takes this single sign-on
// for a second factor.
func trusts(p Policy, first FirstFactor) bool {
	if len(p.IDPs) > 0 && !contains(p.IDPs, first.IDP) {
		return false
	}
	switch p.SSO {
	case SSOTrusted:
		return true
	case SSOTrustedWithAMR:
		return showsSecondFactor(first.AMR)
	}
	return false
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// listed reports whether the policy's roles hold role.
func listed(roles []string, role string) bool {
	return contains(roles, AnyRole) || contains(roles, role)
}
