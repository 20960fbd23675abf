package twofactor

import (
	"fmt"
	"slices"
)

// The ranges of contract §6.
const (
	maxGraceDays          = 90
	maxDeferrals          = 10
	maxBackupCodes        = 10
	maxRememberDeviceDays = 30
	maxSkewSteps          = 1
	minSessionHours       = 1
	maxSessionHours       = 720
	maxPolicyList         = 50
)

// Validate says what is wrong with each member of a policy, with JSON
// pointers as they stand in a PUT; nil when nothing is.
func (p Policy) Validate() []FieldError {
	v := &policyCheck{}
	v.choices(p)
	v.numbers(p)
	v.lists(p)
	v.permissions(p.Permissions)
	return v.wrong
}

// policyCheck collects what is wrong.
type policyCheck struct{ wrong []FieldError }

func (v *policyCheck) add(pointer, format string, args ...any) {
	v.wrong = append(v.wrong, FieldError{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

func (v *policyCheck) choices(p Policy) {
	choice(v, "/mode", p.Mode, ModeOff, ModeAvailable, ModeRequired)
	choice(v, "/user_overrides", p.UserOverrides, OverridesAllowed, OverridesLocked)
	choice(v, "/sso", p.SSO, SSOTrusted, SSOTrustedWithAMR, SSONever)
	choice(v, "/email_verification", p.EmailVerification, EmailNever, EmailAfterReset, EmailAlways)
	choice(v, "/recovery", p.Recovery, RecoverySignIn, RecoveryReset)
	choice(v, "/admin_proof", p.AdminProof, ProofAttested, ProofAssertion)
	choice(v, "/clients", p.Clients, ClientsOwn, ClientsRequired, ClientsRequiredForAdmins)
}

// choice demands one of the values.
func choice[T ~string](v *policyCheck, pointer string, got T, allowed ...T) {
	if !slices.Contains(allowed, got) {
		v.add(pointer, "It must be one of %q.", allowed)
	}
}

func (v *policyCheck) numbers(p Policy) {
	v.within("/grace_days", p.GraceDays, 0, maxGraceDays)
	v.within("/max_deferrals", p.MaxDeferrals, 0, maxDeferrals)
	v.within("/backup_codes", p.BackupCodes, 0, maxBackupCodes)
	v.within("/remember_device_days", p.RememberDeviceDays, 0, maxRememberDeviceDays)
	v.within("/skew_steps", p.SkewSteps, 0, maxSkewSteps)
	v.within("/session_hours", p.SessionHours, minSessionHours, maxSessionHours)
}

func (v *policyCheck) within(pointer string, got, lowest, highest int) {
	if got < lowest || got > highest {
		v.add(pointer, "It must be from %d to %d.", lowest, highest)
	}
}

func (v *policyCheck) lists(p Policy) {
	v.list("/roles", p.Roles, func(s string) bool { return s == AnyRole || validRole(s) })
	v.list("/protected_actions", p.ProtectedActions, ValidID)
	v.list("/idps", p.IDPs, func(s string) bool { return !blank(s) && len(s) <= maxIDP && checkText(s, maxIDP) == "" })
}

// list demands at most maxPolicyList different values, each of them good.
func (v *policyCheck) list(pointer string, values []string, good func(string) bool) {
	if len(values) > maxPolicyList {
		v.add(pointer, "It has more than %d values.", maxPolicyList)
		return
	}
	for i, value := range values {
		switch {
		case !good(value):
			v.add(fmt.Sprintf("%s/%d", pointer, i), "The value does not have the right form.")
		case slices.Contains(values[:i], value):
			v.add(fmt.Sprintf("%s/%d", pointer, i), "The value stands there twice.")
		}
	}
}

func (v *policyCheck) permissions(given map[Permission][]string) {
	for _, permission := range AllPermissions {
		roles, there := given[permission]
		pointer := "/permissions/" + string(permission)
		if !there {
			v.add(pointer, "The member is missing.")
			continue
		}
		v.list(pointer, roles, validRole)
		if permission != PermReportsRead && slices.Contains(roles, RoleUser) {
			v.add(pointer, "The role user can hold only reports.read.")
		}
	}
	for permission := range given {
		if !slices.Contains(AllPermissions, permission) {
			v.add("/permissions", "It holds a permission that does not exist.")
			return
		}
	}
}

// soundPolicy is p, or the strict policy where p is missing or makes no sense:
// a record that cannot be read must never mean "off".
func soundPolicy(p Policy) Policy {
	if len(p.Validate()) > 0 {
		return StrictPolicy()
	}
	return p
}

// samePolicy reports whether two policies say the same.
func samePolicy(a, b Policy) bool {
	return a.scalars() == b.scalars() &&
		slices.Equal(a.Roles, b.Roles) && slices.Equal(a.IDPs, b.IDPs) &&
		slices.Equal(a.ProtectedActions, b.ProtectedActions) &&
		!slices.ContainsFunc(AllPermissions, func(permission Permission) bool {
			return !slices.Equal(a.Permissions[permission], b.Permissions[permission])
		})
}

// policyScalars are a policy's members that compare with ==.
type policyScalars struct {
	Mode                                                      Mode
	UserOverrides                                             UserOverrides
	SSO                                                       SSOTrust
	EmailVerification                                         EmailVerification
	Recovery                                                  Recovery
	AdminProof                                                AdminProof
	Clients                                                   ClientFloor
	SelfService                                               bool
	Grace, Deferrals, Backup, Remember, SkewSteps, SessionMax int
}

func (p Policy) scalars() policyScalars {
	return policyScalars{
		Mode: p.Mode, UserOverrides: p.UserOverrides, SSO: p.SSO,
		EmailVerification: p.EmailVerification, Recovery: p.Recovery,
		AdminProof: p.AdminProof, Clients: p.Clients, SelfService: p.SelfService,
		Grace: p.GraceDays, Deferrals: p.MaxDeferrals, Backup: p.BackupCodes,
		Remember: p.RememberDeviceDays, SkewSteps: p.SkewSteps, SessionMax: p.SessionHours,
	}
}
