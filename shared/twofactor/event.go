package twofactor

import "time"

// EventType is a closed list that only grows (contract §3, GET /events).
type EventType string

// The types of events. The word before the dot is what was changed.
//
// When you add one: add it to EventTypes and to openapi.yaml. Who should hear of
// it by mail is asked for with AskMail.
const (
	EventTenantCreated  EventType = "tenant.created"
	EventTenantChanged  EventType = "tenant.changed"
	EventTenantDeleted  EventType = "tenant.deleted"
	EventPolicyChanged  EventType = "policy.changed"
	EventUserCreated    EventType = "user.created"
	EventUserChanged    EventType = "user.changed"
	EventUserDeleted    EventType = "user.deleted"
	EventRequirementSet EventType = "requirement.set"

	EventLoginAllowed  EventType = "login.allowed"
	EventCodeAccepted  EventType = "code.accepted"
	EventCodeWrong     EventType = "code.wrong"
	EventDeviceAdded   EventType = "device.added"
	EventDeviceRemoved EventType = "device.removed"

	EventEnrollmentStarted   EventType = "enrollment.started"
	EventEmailCodeSent       EventType = "enrollment.email_code_sent"
	EventEmailCodeWrong      EventType = "enrollment.email_code_wrong"
	EventEmailVerified       EventType = "enrollment.email_verified"
	EventEnrollmentWrong     EventType = "enrollment.code_wrong"
	EventEnrollmentConfirmed EventType = "enrollment.confirmed"
	EventEnrolled            EventType = "factor.enrolled"
	EventDeviceChanged       EventType = "factor.device_changed"
	EventFactorRemoved       EventType = "factor.removed"
	EventFactorReset         EventType = "factor.reset"
	EventFactorUnlocked      EventType = "factor.unlocked"
	EventBackupCodesReplaced EventType = "backup_codes.replaced"
	EventDeferred            EventType = "enrollment.deferred"
	EventActivationRequested EventType = "enrollment.requested"
	EventLinkCreated         EventType = "enrollment_link.created"

	EventResetRequested EventType = "reset_request.created"
	EventResetApproved  EventType = "reset_request.approved"
	EventResetDenied    EventType = "reset_request.denied"

	EventKeyCreated EventType = "key.created"
	EventKeyChanged EventType = "key.changed"
	EventKeyRevoked EventType = "key.revoked"

	EventReminderStarted EventType = "reminder.started"
	EventMailFailed      EventType = "mail.failed"
	EventBulkStopped     EventType = "mail.bulk_stopped"
)

// MaxUserAgent is how much of a user agent an event keeps, in bytes: the auth
// item must stay within one write unit (security §0).
const MaxUserAgent = 48

// Event says what happened. It is written inside the change that it reports,
// so neither can be there without the other; the stream carries it to the
// audit trail and to the mails.
type Event struct {
	// ID is a ULID, new for every write.
	ID     string
	At     time.Time
	Type   EventType
	Tenant string
	// User is whom it is about; "" when it is about the tenant.
	User string
	// Actor is the person who did it for somebody else; nil when the user did
	// it or a key did.
	Actor *Ref
	// KeyID is the API key that asked, or that the person's token came from.
	KeyID     string
	IP        string
	UserAgent string
	// Detail holds short words that depend on the type; never a secret.
	Detail map[string]string
}
