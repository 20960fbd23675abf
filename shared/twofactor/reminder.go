package twofactor

import "time"

// ReminderState is how far a reminder has come.
type ReminderState string

// The states of a reminder.
const (
	ReminderRunning ReminderState = "running"
	ReminderDone    ReminderState = "done"
)

// Reminder is one round of mails to everybody who is required and has no
// factor. It is worked off in steps; After says where the next one begins.
type Reminder struct {
	Meta
	Tenant string
	ID     string
	// Kind is MailReminder, or MailRequired for a policy saved with notify.
	Kind      MailKind
	StartedAt time.Time
	// After is the position in the directory that the last step ended at.
	After  string
	Total  int
	Sent   int
	Failed int
	State  ReminderState
}

// Key implements Record.
func (r *Reminder) Key() Key { return ReminderKey(r.Tenant, r.ID) }

// ReminderKey names a reminder.
func ReminderKey(tenant, id string) Key { return Key{Kind: KindReminder, Tenant: tenant, ID: id} }
