package twofactor

// EventTypes lists every type of event in the order of event.go. It is the
// list of openapi.yaml; GET /events takes no other.
var EventTypes = []EventType{
	EventTenantCreated, EventTenantChanged, EventTenantDeleted, EventPolicyChanged,
	EventUserCreated, EventUserChanged, EventUserDeleted, EventRequirementSet,
	EventLoginAllowed, EventCodeAccepted, EventCodeWrong,
	EventDeviceAdded, EventDeviceRemoved,
	EventEnrollmentStarted, EventEmailCodeSent, EventEmailCodeWrong, EventEmailVerified,
	EventEnrollmentWrong, EventEnrollmentConfirmed, EventEnrolled, EventDeviceChanged,
	EventFactorRemoved, EventFactorReset, EventFactorUnlocked, EventBackupCodesReplaced,
	EventDeferred, EventActivationRequested, EventLinkCreated,
	EventResetRequested, EventResetApproved, EventResetDenied,
	EventKeyCreated, EventKeyChanged, EventKeyRevoked,
	EventReminderStarted, EventMailFailed, EventBulkStopped,
}
