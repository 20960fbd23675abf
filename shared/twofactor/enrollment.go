package twofactor

import "time"

// Enrollment is an enrolment that has begun. It belongs to the token that
// began it; a newer one replaces it. The record outlives the enrolment by a
// day, so that the limits on mails hold across several.
type Enrollment struct {
	Meta
	Ref
	Incarnation string
	// TokenID is the id of the token that it belongs to; "" when it is dead.
	TokenID string
	// Generation is the factor generation it was begun at.
	Generation uint64
	ExpiresAt  time.Time
	// Secret is the sealed TOTP key.
	Secret SecretBytes
	// Tries counts wrong proof codes.
	Tries int
	// MailboxNeeded asks for a code from the mailbox before the secret is
	// shown; MailboxProved says that it was given.
	MailboxNeeded bool
	MailboxProved bool
	// CodeHash is the hash of the mailbox code that was sent last.
	CodeHash      SecretBytes
	CodeExpiresAt time.Time
	CodeTries     int
	// MailTo is the address that the code, or an enrolment link, goes to;
	// MailCode is the code or the link, sealed for the mail function.
	MailTo   string
	MailCode SecretBytes
	// MailedAt are the times of the mails of the last 24 hours.
	MailedAt []time.Time
	// ConfirmedStep is the time step of the code that proved the app; 0 until
	// then.
	ConfirmedStep uint64
	Backup        []BackupHash
	// CompletedAt is set by complete; LoginID is the login that it finished.
	CompletedAt time.Time
	LoginID     string
}

// Key implements Record.
func (e *Enrollment) Key() Key { return EnrollmentKey(e.Ref) }

// Stamp implements Stamped.
func (e *Enrollment) Stamp() string { return e.Incarnation }

// EnrollmentKey names a user's pending enrolment.
func EnrollmentKey(ref Ref) Key {
	return Key{Kind: KindEnrollment, Tenant: ref.Tenant, User: ref.User}
}
