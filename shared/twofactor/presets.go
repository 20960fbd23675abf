package twofactor

// DefaultPolicy is what a new tenant has (contract §6).
func DefaultPolicy() Policy {
	return Policy{
		Mode: ModeAvailable, Roles: []string{AnyRole}, UserOverrides: OverridesAllowed,
		SelfService: true, GraceDays: 0, MaxDeferrals: 3,
		SSO: SSOTrustedWithAMR, IDPs: []string{},
		EmailVerification: EmailAfterReset, Recovery: RecoverySignIn, BackupCodes: 10,
		RememberDeviceDays: 0, SkewSteps: 1, SessionHours: 24, AdminProof: ProofAttested,
		ProtectedActions: []string{"take_control", "remote_background"}, Clients: ClientsOwn,
		Permissions: permissions(map[Permission][]string{PermReportsRead: {RoleAdmin}}),
	}
}

// StrictPolicy is what counts where a tenant's policy cannot be read: a second
// factor for everybody at every login, and no way round it.
func StrictPolicy() Policy {
	p := DefaultPolicy()
	p.Mode = ModeRequired
	p.UserOverrides = OverridesLocked
	p.SSO = SSONever
	p.EmailVerification = EmailAlways
	p.MaxDeferrals = 0
	p.SessionHours = minSessionHours
	p.Clients = ClientsRequired
	p.Permissions = permissions(nil)
	return p
}

// permissions completes a map so that it names all nine.
func permissions(given map[Permission][]string) map[Permission][]string {
	all := make(map[Permission][]string, len(AllPermissions))
	for _, permission := range AllPermissions {
		all[permission] = append([]string{}, given[permission]...)
	}
	return all
}

// Preset is a policy that makes one of the products of contract §6.
type Preset struct {
	Name   string
	Policy Policy
}

// Presets lists contract §6's five, ready to save. Each call makes new values.
func Presets() []Preset {
	return []Preset{
		{Name: "rmm-dashboard", Policy: rmmDashboard()},
		{Name: "remote-management-service", Policy: remoteManagementService()},
		{Name: "msp-reseller", Policy: mspReseller()},
		{Name: "client-portal", Policy: clientPortal()},
		{Name: "mssp", Policy: mssp()},
	}
}

// rmmDashboard: required for everybody and not to be lifted for one; "later"
// can be chosen for a while, except at remote connections; the mailbox is
// proved at every enrolment. Accounts with enhanced privileges manage it.
func rmmDashboard() Policy {
	p := DefaultPolicy()
	p.Mode = ModeRequired
	p.UserOverrides = OverridesLocked
	p.GraceDays = 14
	p.MaxDeferrals = 3
	p.EmailVerification = EmailAlways
	for _, permission := range []Permission{
		PermPolicyWrite, PermRequirementsRequire, PermRequirementsLift,
		PermLinksWrite, PermFactorsReset, PermResetsDecide,
	} {
		p.Permissions[permission] = []string{RoleAdmin}
	}
	return p
}

// remoteManagementService: required by an administrator who has a factor
// himself; one backup code, which removes the factor so that a new one is
// set up.
func remoteManagementService() Policy {
	p := DefaultPolicy()
	p.Mode = ModeRequired
	p.MaxDeferrals = 0
	p.Recovery = RecoveryReset
	p.BackupCodes = 1
	p.ProtectedActions = []string{}
	for _, permission := range []Permission{PermPolicyWrite, PermFactorsReset, PermResetsDecide} {
		p.Permissions[permission] = []string{RoleAdmin}
	}
	return p
}

// mspReseller: never for all at once; the owner (super_admin) requires it per
// admin and hands out an enrolment link; single sign-on stands by itself.
func mspReseller() Policy {
	p := DefaultPolicy()
	p.MaxDeferrals = 0
	p.SSO = SSOTrusted
	p.ProtectedActions = []string{}
	return p
}

// The client portal's own roles.
const (
	roleSecurityAdmin = "security_admin"
	roleSystemAdmin   = "system_admin"
)

// clientPortal: off until a security administrator switches it on; a system
// administrator switches it off again. Required only user by user, set up at
// login, without backup codes.
func clientPortal() Policy {
	p := DefaultPolicy()
	p.Mode = ModeOff
	p.Roles = []string{}
	p.SelfService = false
	p.MaxDeferrals = 0
	p.BackupCodes = 0
	p.ProtectedActions = []string{}
	security, system := []string{roleSecurityAdmin}, []string{roleSystemAdmin}
	p.Permissions[PermPolicySwitchOn] = security
	p.Permissions[PermRequirementsRequire] = security
	p.Permissions[PermPolicySwitchOff] = system
	p.Permissions[PermRequirementsLift] = system
	for _, permission := range []Permission{PermFactorsReset, PermResetsDecide, PermReportsRead} {
		p.Permissions[permission] = []string{roleSecurityAdmin, roleSystemAdmin}
	}
	return p
}

// mssp: required for all administrators, and for single ones lifted or set by
// the super admin, who also decides requests to reset.
func mssp() Policy {
	p := DefaultPolicy()
	p.Mode = ModeRequired
	p.Roles = []string{RoleSuperAdmin, RoleAdmin, "sub_admin"}
	p.MaxDeferrals = 0
	p.ProtectedActions = []string{}
	return p
}
