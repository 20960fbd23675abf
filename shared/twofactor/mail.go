package twofactor

import "time"

// MailState is how far a mail has come.
type MailState string

// The states of a mail.
const (
	MailQueued MailState = "queued"
	MailSent   MailState = "sent"
	MailFailed MailState = "failed"
)

// Mail is one mail to one person, in the outbox.
type Mail struct {
	Meta
	Tenant string
	// ID is made of the event and the recipient, so that a redelivered event
	// finds the mail that is already there.
	ID   string
	Kind MailKind
	// Bulk mails wait behind the others.
	Bulk bool
	// User is the account that the mail is about; To is who gets it.
	User string
	To   string
	// Vars fills the template. SealedCode is a code that only the mail
	// function can open.
	Vars       map[string]string
	SealedCode SecretBytes
	State      MailState
	Attempts   int
	// DueAt is when to try (again).
	DueAt     time.Time
	CreatedAt time.Time
	SentAt    time.Time
	// Failure is SES's typed error name; "" when there is none.
	Failure string
}

// Key implements Record.
func (m *Mail) Key() Key {
	return Key{Kind: KindMail, Tenant: m.Tenant, ID: MailsAbout(m.User) + m.ID}
}

// strip forgets what a mail that is done is not needed for any more: its code,
// its recipient and what it said. The reminder that it belongs to stays.
func (m *Mail) strip() {
	reminder, of := m.Vars[VarReminder]
	m.To, m.SealedCode, m.Vars = "", nil, nil
	if of {
		m.Vars = map[string]string{VarReminder: reminder}
	}
}

// MailsAbout is what the positions of all mails about one account begin with,
// in the list of its tenant's mails.
func MailsAbout(user string) string { return user + "/" }

// MailKind is the value of the header X-Sallyport-Mail (contract §7).
type MailKind string

// The kinds of mail.
const (
	MailRequired            MailKind = "required"
	MailReminder            MailKind = "reminder"
	MailEnrollmentLink      MailKind = "enrollment_link"
	MailEmailCode           MailKind = "email_code"
	MailEnrolled            MailKind = "enrolled"
	MailDeviceChanged       MailKind = "device_changed"
	MailFactorRemoved       MailKind = "factor_removed"
	MailBackupCodesReplaced MailKind = "backup_codes_replaced"
	MailBackupCodeUsed      MailKind = "backup_code_used"
	MailUnlocked            MailKind = "unlocked"
	MailDeviceRemoved       MailKind = "device_removed"
	MailTooManyWrongCodes   MailKind = "too_many_wrong_codes"
	MailFactorDisabled      MailKind = "factor_disabled"
	MailResetRequested      MailKind = "reset_requested"
	MailResetApproved       MailKind = "reset_approved"
	MailResetDenied         MailKind = "reset_denied"
	MailResetCancelled      MailKind = "reset_cancelled"
	MailAdministratorAdded  MailKind = "administrator_added"
	MailAddressChanged      MailKind = "address_changed"
)
