package twofactor

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
