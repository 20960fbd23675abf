package twofactor

import "slices"

// action names one thing that a platform may ask for.
type action string

// The actions of platforms (contract §3).
const (
	actTenantRead   action = "tenant.read"
	actTenantMake   action = "tenant.make_client"
	actTenantChange action = "tenant.change"
	actTenantDelete action = "tenant.delete"

	actUserRead  action = "user.read"
	actUserWrite action = "user.write"
	actExplain   action = "user.explain"

	actLogin       action = "login"
	actRedeem      action = "redeem"
	actSelfService action = "self_service"

	actPolicyRead  action = "policy.read"
	actPolicyWrite action = "policy.write"
	actPreview     action = "policy.preview"
	actRequire     action = "requirement.require"
	actLift        action = "requirement.lift"

	actCheck    action = "check"
	actActivate action = "activation"

	actLink action = "enrollment_link"

	actDeskRead   action = "reset_request.read"
	actDeskDecide action = "reset_request.decide"

	actSummary     action = "summary"
	actEvents      action = "events"
	actRemind      action = "reminder.start"
	actRemindsRead action = "reminder.read"

	actReset  action = "factor.reset"
	actUnlock action = "factor.unlock"
)

// grant is one row of the permission table.
type grant struct {
	// scope is what the API key must hold.
	scope Scope
	// oneOf are the permissions of which the actor must hold one; empty asks
	// for none. A call that needs no actor asks them of one that is named.
	oneOf []Permission
	// actor makes an actor necessary; recent asks for his fresh check too.
	actor, recent bool
	// strong reads the tenant strongly: the action writes it.
	strong bool
	// self reads the actor's mailbox too: the action is not for oneself, and
	// two accounts with one mailbox are one person.
	self bool
}

// grants is the permission table (contract §1, §3 and §6): the one place that
// says who may do what. Whatever else a use case demands (not for oneself, not
// the last administrator) stands there.
var grants = map[action]grant{
	actTenantRead:   {scope: ScopeAdmin, oneOf: reading},
	actTenantMake:   {scope: ScopeAdmin, oneOf: []Permission{PermPolicyWrite}, actor: true, strong: true},
	actTenantChange: {scope: ScopeAdmin, oneOf: []Permission{PermPolicyWrite}, actor: true, recent: true, strong: true},
	actTenantDelete: {scope: ScopeAdmin, oneOf: []Permission{PermPolicyWrite}, actor: true, recent: true, strong: true},

	actUserRead:  {scope: ScopeUsers, oneOf: reading},
	actUserWrite: {scope: ScopeUsers},
	actExplain:   {scope: ScopeUsers, oneOf: reading},

	actLogin:       {scope: ScopeLogin},
	actRedeem:      {scope: ScopeLogin},
	actSelfService: {scope: ScopeLogin},

	actPolicyRead:  {scope: ScopeAdmin, oneOf: anyPolicy},
	actPolicyWrite: {scope: ScopeAdmin, oneOf: anyPolicy, actor: true, recent: true, strong: true},
	actPreview:     {scope: ScopeAdmin, oneOf: anyPolicy, actor: true},
	actRequire:     {scope: ScopeAdmin, oneOf: []Permission{PermRequirementsRequire}, actor: true, recent: true},
	actLift:        {scope: ScopeAdmin, oneOf: []Permission{PermRequirementsLift}, actor: true, recent: true, self: true},

	actCheck:    {scope: ScopeLogin},
	actActivate: {scope: ScopeLogin},

	actLink: {scope: ScopeAdmin, oneOf: []Permission{PermLinksWrite}, actor: true, recent: true, self: true},

	actDeskRead:   {scope: ScopeAdmin, oneOf: []Permission{PermResetsDecide}},
	actDeskDecide: {scope: ScopeAdmin, oneOf: []Permission{PermResetsDecide}, actor: true, recent: true},

	actSummary:     {scope: ScopeUsers, oneOf: reading},
	actEvents:      {scope: ScopeAdmin, oneOf: reading},
	actRemind:      {scope: ScopeAdmin, oneOf: []Permission{PermRequirementsRequire}, actor: true},
	actRemindsRead: {scope: ScopeAdmin, oneOf: []Permission{PermRequirementsRequire}},

	actReset:  {scope: ScopeAdmin, oneOf: []Permission{PermFactorsReset}, actor: true, recent: true, self: true},
	actUnlock: {scope: ScopeAdmin, oneOf: []Permission{PermFactorsReset}, actor: true, recent: true, self: true},
}

var (
	reading   = []Permission{PermReportsRead}
	anyPolicy = []Permission{PermPolicyWrite, PermPolicySwitchOn, PermPolicySwitchOff}
)

// has reports whether the key was given a scope.
func (k *APIKey) has(scope Scope) bool { return slices.Contains(k.Scopes, scope) }

// AllTenants in APIKey.Tenants means every tenant.
const AllTenants = "*"

// reaches reports whether a key may act for a tenant: for all, for it, or for
// its parent (contract §1).
func reaches(key *APIKey, t *Tenant) bool {
	return slices.Contains(key.Tenants, AllTenants) || slices.Contains(key.Tenants, t.ID) ||
		t.Parent != "" && slices.Contains(key.Tenants, t.Parent)
}

// holds reports whether a role holds a permission. super_admin holds all,
// always; user can hold only reports.read, whatever was stored.
func (p Policy) holds(role string, permission Permission) bool {
	switch {
	case role == RoleSuperAdmin:
		return true
	case role == RoleUser && permission != PermReportsRead:
		return false
	}
	return contains(p.Permissions[permission], role)
}

// holdsAny reports whether a role holds any permission at all.
func (p Policy) holdsAny(role string) bool { return p.holdsOne(role, AllPermissions) }

// holdsOne reports whether a role holds at least one of the permissions.
func (p Policy) holdsOne(role string, permissions []Permission) bool {
	for _, permission := range permissions {
		if p.holds(role, permission) {
			return true
		}
	}
	return false
}
