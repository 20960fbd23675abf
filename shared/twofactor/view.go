package twofactor

import "time"

// State is the state of a user (contract §5).
type State string

// The states of a user.
const (
	StateNotAvailable  State = "not_available"
	StateNotApplicable State = "not_applicable"
	StateNotRequired   State = "not_required"
	StatePending       State = "pending"
	StateActive        State = "active"
)

// Locked says why no code is asked for.
type Locked string

// The values of Locked; the empty one means that nothing is locked.
const (
	LockedThrottled Locked = "throttled"
	LockedDisabled  Locked = "disabled"
)

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

// Decision is the outcome for one login.
type Decision string

// The decisions.
const (
	DecisionAllow  Decision = "allow"
	DecisionVerify Decision = "verify"
	DecisionEnroll Decision = "enroll"
	DecisionDeny   Decision = "deny"
)

// Reason says why a decision was made.
type Reason string

// The reasons.
const (
	ReasonNotRequired         Reason = "not_required"
	ReasonUserExempt          Reason = "user_exempt"
	ReasonSSO                 Reason = "sso"
	ReasonDeviceRemembered    Reason = "device_remembered"
	ReasonNotAvailable        Reason = "not_available"
	ReasonFactorActive        Reason = "factor_active"
	ReasonRequiredByTenant    Reason = "required_by_tenant"
	ReasonRequiredByParent    Reason = "required_by_parent"
	ReasonRequiredForUser     Reason = "required_for_user"
	ReasonActivationRequested Reason = "activation_requested"
	ReasonFactorReset         Reason = "factor_reset"
	ReasonThrottled           Reason = "throttled"
	ReasonFactorDisabled      Reason = "factor_disabled"
	ReasonUserInactive        Reason = "user_inactive"
)

// Method is a way to prove the second factor.
type Method string

// The methods. A passkey would be a third.
const (
	MethodTOTP       Method = "totp"
	MethodBackupCode Method = "backup_code"
)
