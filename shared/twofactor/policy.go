package twofactor

import "time"

// Mode is how far a tenant goes with two-factor authentication.
type Mode string

// The modes of a policy.
const (
	ModeOff       Mode = "off"
	ModeAvailable Mode = "available"
	ModeRequired  Mode = "required"
)

// UserOverrides says whether a requirement of one user's own counts.
type UserOverrides string

// Values of UserOverrides.
const (
	OverridesAllowed UserOverrides = "allowed"
	OverridesLocked  UserOverrides = "locked"
)

// SSOTrust says when a login that came by single sign-on needs no second
// factor of ours.
type SSOTrust string

// Values of SSOTrust.
const (
	SSOTrusted        SSOTrust = "trusted"
	SSOTrustedWithAMR SSOTrust = "trusted_with_amr"
	SSONever          SSOTrust = "never"
)

// EmailVerification says when an enrolment must prove the mailbox first.
type EmailVerification string

// Values of EmailVerification.
const (
	EmailNever      EmailVerification = "never"
	EmailAfterReset EmailVerification = "after_reset"
	EmailAlways     EmailVerification = "always"
)

// Recovery says what a right backup code does.
type Recovery string

// Values of Recovery.
const (
	RecoverySignIn Recovery = "sign_in"
	RecoveryReset  Recovery = "reset"
)

// AdminProof says what shows that an actor has just authenticated.
type AdminProof string

// Values of AdminProof.
const (
	ProofAttested  AdminProof = "attested"
	ProofAssertion AdminProof = "assertion"
)

// ClientFloor is what a parent demands of its clients.
type ClientFloor string

// Values of ClientFloor.
const (
	ClientsOwn               ClientFloor = "own"
	ClientsRequired          ClientFloor = "required"
	ClientsRequiredForAdmins ClientFloor = "required_for_admins"
)

// Permission is what a role may do to others (contract §6).
type Permission string

// The permissions.
const (
	PermPolicyWrite         Permission = "policy.write"
	PermPolicySwitchOn      Permission = "policy.switch_on"
	PermPolicySwitchOff     Permission = "policy.switch_off"
	PermRequirementsRequire Permission = "requirements.require"
	PermRequirementsLift    Permission = "requirements.lift"
	PermLinksWrite          Permission = "links.write"
	PermFactorsReset        Permission = "factors.reset"
	PermResetsDecide        Permission = "resets.decide"
	PermReportsRead         Permission = "reports.read"
)

// AllPermissions lists every permission, in the contract's order.
var AllPermissions = []Permission{
	PermPolicyWrite, PermPolicySwitchOn, PermPolicySwitchOff,
	PermRequirementsRequire, PermRequirementsLift, PermLinksWrite,
	PermFactorsReset, PermResetsDecide, PermReportsRead,
}

// The roles that Sallyport itself knows; a platform may use its own besides.
const (
	RoleSuperAdmin = "super_admin"
	RoleAdmin      = "admin"
	RoleUser       = "user"
)

// AnyRole in Policy.Roles means every role.
const AnyRole = "*"

// Policy is what a tenant decided (contract §6). DefaultPolicy gives a new
// tenant's.
type Policy struct {
	Mode               Mode
	Roles              []string
	UserOverrides      UserOverrides
	SelfService        bool
	GraceDays          int
	MaxDeferrals       int
	SSO                SSOTrust
	IDPs               []string
	EmailVerification  EmailVerification
	Recovery           Recovery
	BackupCodes        int
	RememberDeviceDays int
	SkewSteps          int
	SessionHours       int
	AdminProof         AdminProof
	ProtectedActions   []string
	Clients            ClientFloor
	// Permissions lists the roles that hold each permission, besides
	// super_admin, who holds all of them always.
	Permissions map[Permission][]string
}

// PolicyVersion is a policy as it was saved.
type PolicyVersion struct {
	Policy
	// Number counts the changes; the ETag is made of it.
	Number    uint64
	UpdatedAt time.Time
	// UpdatedBy is nil for the policy that a tenant is born with.
	UpdatedBy *Ref
}
