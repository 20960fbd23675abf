package twofactor

// The words of Event.Detail that mails are made of. A use case that wants
// somebody to hear of its event sets DetailMail; the rules of *when* a mail is
// due stay in the use case, this file holds only *who* gets it and what it
// says. No detail ever holds an address, a code or a token: details reach the
// audit trail.
const (
	// DetailMail lists the kinds of mail that the event asks for, separated
	// by commas (see AskMail). An event with MailAddressChanged must stand in
	// the directory record (first in Commit.Put): the addresses are read from
	// its old and new image. MailEmailCode must stand in the enrolment.
	DetailMail = "mail"
	// DetailCodesLeft is how many backup codes are left, in digits.
	DetailCodesLeft = "backup_codes_left"
	// DetailRole is the role that was given, for MailAdministratorAdded.
	DetailRole = "role"
	// DetailReason is the reason that a person gave, at most 200 bytes.
	DetailReason = "reason"
	// DetailNote is what the person who decided a request wrote, at most 200
	// bytes.
	DetailNote = "note"
	// DetailKind and DetailFailure say which mail failed, and SES's name for
	// the reason.
	DetailKind    = "kind"
	DetailFailure = "failure"
)

// AskMail adds kinds to the mails that the event asks for.
func (e *Event) AskMail(kinds ...MailKind) {
	for _, kind := range kinds {
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		if asked := e.Detail[DetailMail]; asked != "" {
			e.Detail[DetailMail] = asked + "," + string(kind)
			continue
		}
		e.Detail[DetailMail] = string(kind)
	}
}
