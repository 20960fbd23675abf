package dynamo

// words are the strings that often stand in packed attributes. Stored items
// hold a word's place in this list: add at the end, never move or remove one.
// A word that is not here is stored letter by letter.
var words = []string{
	"",
	"password", "sso",
	"inherit", "required", "exempt",
	"totp", "backup_code",
	"method", "mail", "reason", "backup_codes_left",
	"code.accepted", "code.wrong", "login.allowed",
	"device.added", "device.used", "device.removed",
	"enrollment.started", "enrollment.email_code_sent", "enrollment.email_code_wrong",
	"enrollment.email_verified", "enrollment.code_wrong", "enrollment.confirmed",
	"factor.enrolled", "factor.device_changed", "factor.removed", "factor.reset", "factor.unlocked",
	"backup_codes.replaced", "enrollment.deferred", "enrollment.requested", "enrollment_link.created",
	"reset_request.created", "reset_request.approved", "reset_request.denied", "reset_request.cancelled",
	"requirement.set", "user.created", "user.changed", "user.deleted",
	"tenant.created", "tenant.changed", "tenant.deleted", "policy.changed",
	"key.created", "key.changed", "key.revoked", "reminder.started", "mail.failed",
	"too_many_wrong_codes", "factor_disabled", "backup_code_used", "enrolled", "device_changed",
	"factor_removed", "backup_codes_replaced", "unlocked", "device_removed", "reset_cancelled",
	"too_many_wrong_codes,factor_disabled", "backup_code_used,factor_removed",
	"super_admin", "admin", "user",
	"cause", "spent_token", "first_factor", "device", "role", "note", "kind", "failure",
}
