package twofactor

import "time"

// Tenant is a customer of the platform, or a client of one.
type Tenant struct {
	Meta
	ID string
	// Incarnation is random; it tells this tenant from an earlier one of the
	// same id.
	Incarnation  string
	Name         string
	Issuer       string
	SupportEmail string
	ReturnURLs   []string
	// Parent is the tenant it is a client of; "" for none. It never changes.
	Parent    string
	CreatedAt time.Time
	// Clients counts the tenants whose parent this is; one that is being
	// deleted does not count any more.
	Clients int
	// Deleting is set once, by DELETE; from then on nothing works here.
	Deleting bool
	Policy   PolicyVersion
	// RequiredSince is when mode "required" began. RequiredUntil is when it
	// ended; switching it on again within 30 days lets RequiredSince stand.
	RequiredSince time.Time
	RequiredUntil time.Time
	// FloorSince is when the tenant began to require its clients' users.
	// FloorUntil is when it stopped; beginning again within 30 days lets
	// FloorSince stand.
	FloorSince time.Time
	FloorUntil time.Time
	// DataKey is the tenant's data key, wrapped; nil until the first
	// enrolment needs one. Deleting the tenant destroys it.
	DataKey SecretBytes
}

// Key implements Record.
func (t *Tenant) Key() Key { return TenantKey(t.ID) }

// Stamp implements Stamped.
func (t *Tenant) Stamp() string { return t.Incarnation }

// TenantKey names a tenant's record.
func TenantKey(tenant string) Key { return Key{Kind: KindTenant, Tenant: tenant} }

// AppIssuer is the name that an authenticator app shows: the tenant's issuer,
// else its name.
func (t *Tenant) AppIssuer() string {
	if t.Issuer != "" {
		return t.Issuer
	}
	return t.Name
}

// RosterSize is how many users of one role a roster lists.
const RosterSize = 50

// Roster lists a tenant's active users with a role other than "user": whom to
// mail, and whether anybody who could decide resets is left. Whatever takes
// somebody's role or activity away commits on it.
type Roster struct {
	Meta
	Tenant string
	Roles  map[string]RosterRole
}

// RosterRole is one role's part of a roster.
type RosterRole struct {
	// Users are the first RosterSize of them, sorted.
	Users []string
	// Count is how many there are in all.
	Count int
}

// Key implements Record.
func (r *Roster) Key() Key { return RosterKey(r.Tenant) }

// RosterKey names a tenant's roster.
func RosterKey(tenant string) Key { return Key{Kind: KindRoster, Tenant: tenant} }
