package httpapi

import (
	"sallyport/shared/twofactor"
)

// policyBody is a policy (contract §6). Every member is needed.
type policyBody struct {
	Mode               twofactor.Mode              `json:"mode" want:"required"`
	Roles              []string                    `json:"roles" want:"required"`
	UserOverrides      twofactor.UserOverrides     `json:"user_overrides" want:"required"`
	SelfService        bool                        `json:"self_service" want:"required"`
	GraceDays          int                         `json:"grace_days" want:"required"`
	MaxDeferrals       int                         `json:"max_deferrals" want:"required"`
	SSO                twofactor.SSOTrust          `json:"sso" want:"required"`
	IDPs               []string                    `json:"idps" want:"required"`
	EmailVerification  twofactor.EmailVerification `json:"email_verification" want:"required"`
	Recovery           twofactor.Recovery          `json:"recovery" want:"required"`
	BackupCodes        int                         `json:"backup_codes" want:"required"`
	RememberDeviceDays int                         `json:"remember_device_days" want:"required"`
	SkewSteps          int                         `json:"skew_steps" want:"required"`
	SessionHours       int                         `json:"session_hours" want:"required"`
	AdminProof         twofactor.AdminProof        `json:"admin_proof" want:"required"`
	ProtectedActions   []string                    `json:"protected_actions" want:"required"`
	Clients            twofactor.ClientFloor       `json:"clients" want:"required"`
	Permissions        permissionsBody             `json:"permissions" want:"required"`
}

// permissionsBody lists the roles that hold each permission. It is a struct,
// so that a permission that is missing or not known is refused.
type permissionsBody struct {
	PolicyWrite         []string `json:"policy.write" want:"required"`
	PolicySwitchOn      []string `json:"policy.switch_on" want:"required"`
	PolicySwitchOff     []string `json:"policy.switch_off" want:"required"`
	RequirementsRequire []string `json:"requirements.require" want:"required"`
	RequirementsLift    []string `json:"requirements.lift" want:"required"`
	LinksWrite          []string `json:"links.write" want:"required"`
	FactorsReset        []string `json:"factors.reset" want:"required"`
	ResetsDecide        []string `json:"resets.decide" want:"required"`
	ReportsRead         []string `json:"reports.read" want:"required"`
}

// of gives access to each permission's roles by name.
func (p *permissionsBody) of() map[twofactor.Permission]*[]string {
	return map[twofactor.Permission]*[]string{
		twofactor.PermPolicyWrite:         &p.PolicyWrite,
		twofactor.PermPolicySwitchOn:      &p.PolicySwitchOn,
		twofactor.PermPolicySwitchOff:     &p.PolicySwitchOff,
		twofactor.PermRequirementsRequire: &p.RequirementsRequire,
		twofactor.PermRequirementsLift:    &p.RequirementsLift,
		twofactor.PermLinksWrite:          &p.LinksWrite,
		twofactor.PermFactorsReset:        &p.FactorsReset,
		twofactor.PermResetsDecide:        &p.ResetsDecide,
		twofactor.PermReportsRead:         &p.ReportsRead,
	}
}

func showPolicy(p twofactor.Policy) policyBody {
	b := policyBody{
		Mode: p.Mode, Roles: p.Roles, UserOverrides: p.UserOverrides, SelfService: p.SelfService,
		GraceDays: p.GraceDays, MaxDeferrals: p.MaxDeferrals, SSO: p.SSO, IDPs: p.IDPs,
		EmailVerification: p.EmailVerification, Recovery: p.Recovery, BackupCodes: p.BackupCodes,
		RememberDeviceDays: p.RememberDeviceDays, SkewSteps: p.SkewSteps, SessionHours: p.SessionHours,
		AdminProof: p.AdminProof, ProtectedActions: p.ProtectedActions, Clients: p.Clients,
	}
	for name, roles := range b.Permissions.of() {
		*roles = p.Permissions[name]
	}
	return b
}

func (b policyBody) policy() twofactor.Policy {
	p := twofactor.Policy{
		Mode: b.Mode, Roles: b.Roles, UserOverrides: b.UserOverrides, SelfService: b.SelfService,
		GraceDays: b.GraceDays, MaxDeferrals: b.MaxDeferrals, SSO: b.SSO, IDPs: b.IDPs,
		EmailVerification: b.EmailVerification, Recovery: b.Recovery, BackupCodes: b.BackupCodes,
		RememberDeviceDays: b.RememberDeviceDays, SkewSteps: b.SkewSteps, SessionHours: b.SessionHours,
		AdminProof: b.AdminProof, ProtectedActions: b.ProtectedActions, Clients: b.Clients,
		Permissions: map[twofactor.Permission][]string{},
	}
	for name, roles := range b.Permissions.of() {
		p.Permissions[name] = *roles
	}
	return p
}
