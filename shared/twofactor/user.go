package twofactor

import "time"

// SignIn is how a user passes the first factor.
type SignIn string

// Values of SignIn.
const (
	SignInPassword SignIn = "password"
	SignInSSO      SignIn = "sso"
)

// RequirementValue is what was decided for one user.
type RequirementValue string

// Values of RequirementValue. The zero value means inherit.
const (
	RequirementInherit  RequirementValue = "inherit"
	RequirementRequired RequirementValue = "required"
	RequirementExempt   RequirementValue = "exempt"
)

// Requirement is a user's own requirement.
type Requirement struct {
	Value RequirementValue
	SetAt time.Time
	// ExpiresAt is when it falls back to inherit; zero means never.
	ExpiresAt time.Time
}

// At returns the value that counts at now.
func (r Requirement) At(now time.Time) RequirementValue {
	expired := !r.ExpiresAt.IsZero() && !now.Before(r.ExpiresAt)
	if r.Value == "" || expired {
		return RequirementInherit
	}
	return r.Value
}

// Auth is the one record that verifying touches: all that decides about one
// person, so that one conditional write settles it. Stored it is at most
// 1,024 bytes, one write unit (security §0).
type Auth struct {
	Meta
	Ref
	// Incarnation is random; it tells this user from an earlier one of the
	// same id.
	Incarnation string
	CreatedAt   time.Time
	Active      bool
	Role        string
	SignIn      SignIn
	// EmailHint is the address masked; "" when there is none.
	EmailHint string
	// Profile is a short hash of the directory entry: a login that repeats it
	// needs no directory read.
	Profile     SecretBytes
	Requirement Requirement
	// ResetMark asks for a new enrolment after a reset (contract §6, step 3).
	ResetMark bool
	// ActivationRequested is the person's own "activate now" (step 4).
	ActivationRequested bool
	// Deferrals counts how often "activate later" was chosen.
	Deferrals int
	// Generation moves with every change of the factor; what was made for an
	// older one is dead.
	Generation uint64
	Factor     *Factor
	Attempts   Attempts
	Logins     DoneLogins
	// Link names the enrolment link that is open; "" for none.
	Link string
	// OpenReset is the reset request that may be open; nil for none.
	OpenReset *OpenReset
}

// Key implements Record.
func (a *Auth) Key() Key { return AuthKey(a.Ref) }

// Stamp implements Stamped.
func (a *Auth) Stamp() string { return a.Incarnation }

// AuthKey names a user's auth record.
func AuthKey(ref Ref) Key { return Key{Kind: KindAuth, Tenant: ref.Tenant, User: ref.User} }

// OpenReset is the part of a reset request that decides whether it is open.
type OpenReset struct {
	ID         string
	CreatedAt  time.Time
	Generation uint64
}

// Factor is an authenticator app that counts.
type Factor struct {
	// Secret is the sealed TOTP key.
	Secret SecretBytes
	// LastStep is the RFC 6238 time step that was accepted last.
	LastStep       uint64
	EnrolledAt     time.Time
	LastVerifiedAt time.Time
	// Disabled is set by 100 wrong codes in a row.
	Disabled bool
	// Backup holds the hashes of the backup codes, spent ones included, so
	// that a spent code can be told from a wrong one.
	Backup []BackupHash
	// Spent has bit i set when Backup[i] was used.
	Spent uint16
}

// BackupHash is the keyed hash of a backup code, cut to 16 bytes.
type BackupHash [16]byte

// Directory is the platform's entry for a user.
type Directory struct {
	Meta
	Ref
	Incarnation string
	CreatedAt   time.Time
	Email       string
	Name        string
	Locale      string
	// EmailSince is when Email was set.
	EmailSince time.Time
	// TrustedEmail is the address that counted before Email: the last one
	// that stood for 72 h, or the first one ever. "" when Email is the first.
	TrustedEmail string
}

// Key implements Record.
func (d *Directory) Key() Key { return DirectoryKey(d.Ref) }

// Stamp implements Stamped.
func (d *Directory) Stamp() string { return d.Incarnation }

// DirectoryKey names a user's directory entry.
func DirectoryKey(ref Ref) Key { return Key{Kind: KindDirectory, Tenant: ref.Tenant, User: ref.User} }

// Tombstone is what stays of a deleted user for 30 days: enough to know that
// a factor was lost, and which mailbox was his. It carries the event of the
// deletion.
type Tombstone struct {
	Meta
	Ref
	Incarnation string
	DeletedAt   time.Time
	// Generation lets a user of the same id go on counting, so that nothing
	// made for the earlier one ever fits.
	Generation uint64
	HadFactor  bool
	// TrustedEmail is where a mailbox code goes for 30 days.
	TrustedEmail string
}

// Key implements Record.
func (t *Tombstone) Key() Key { return TombstoneKey(t.Ref) }

// TombstoneKey names a deleted user's tombstone.
func TombstoneKey(ref Ref) Key { return Key{Kind: KindTombstone, Tenant: ref.Tenant, User: ref.User} }
