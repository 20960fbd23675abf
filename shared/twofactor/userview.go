package twofactor

import (
	"strconv"
	"time"
)

// FactorTOTP is the kind of a factor that is an authenticator app.
const FactorTOTP = "totp"

// UserView is a user as the platform sees him: the directory entry and
// contract §5. It holds no secret.
type UserView struct {
	ID        string
	Email     string
	Name      string
	Locale    string
	Role      string
	SignIn    SignIn
	Active    bool
	CreatedAt time.Time

	State           State
	Required        bool
	Requirement     Requirement
	OverrideLocked  bool
	Locked          Locked
	ThrottledUntil  time.Time
	ResetRequested  bool
	ResetRequest    *ResetRequestView
	EnrollBy        time.Time
	Factors         []FactorView
	BackupCodesLeft int
}

// FactorView is one factor of a user.
type FactorView struct {
	ID             string
	Kind           string
	EnrolledAt     time.Time
	LastVerifiedAt time.Time
}

// ResetRequestView is the reset request that a user's badge shows.
type ResetRequestView struct {
	ID        string
	State     string
	CreatedAt time.Time
}

// viewUser shows a user as contract §5 has him; s says for which login.
func viewUser(s situation, dir *Directory) UserView {
	v, a := decide(s), s.user
	view := UserView{
		ID: a.User, Role: a.Role, SignIn: a.SignIn, Active: a.Active, CreatedAt: a.CreatedAt,
		State: v.State, Required: v.Required || v.State == StatePending, Requirement: a.requirementAt(s.now),
		OverrideLocked: v.OverrideLocked, Locked: v.Locked, EnrollBy: v.EnrollBy,
		Factors: factorViews(a), BackupCodesLeft: a.Factor.codesLeft(),
		ResetRequest: a.resetRequest(s.now),
	}
	view.ResetRequested = view.ResetRequest != nil
	if v.Locked == LockedThrottled {
		view.ThrottledUntil = v.RetryAt
	}
	if dir != nil {
		view.Email, view.Name, view.Locale = dir.Email, dir.Name, dir.Locale
	}
	return view
}

// requirementAt is the user's own requirement as it counts now: one that has
// ended is inherit.
func (a *Auth) requirementAt(now time.Time) Requirement {
	if a.Requirement.At(now) == RequirementInherit {
		return Requirement{Value: RequirementInherit}
	}
	return a.Requirement
}

// factorViews lists the factors; the id of an app is new with every
// generation.
func factorViews(a *Auth) []FactorView {
	if a.Factor == nil {
		return nil
	}
	return []FactorView{{
		ID: FactorTOTP + "-" + strconv.FormatUint(a.Generation, 10), Kind: FactorTOTP,
		EnrolledAt: a.Factor.EnrolledAt, LastVerifiedAt: a.Factor.LastVerifiedAt,
	}}
}

// resetRequest shows the request that waits for a decision; nil for none.
func (a *Auth) resetRequest(now time.Time) *ResetRequestView {
	open := a.openReset(now)
	if open == nil {
		return nil
	}
	return &ResetRequestView{ID: open.ID, State: string(ResetPending), CreatedAt: open.CreatedAt}
}
