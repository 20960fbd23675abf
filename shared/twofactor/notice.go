package twofactor

import (
	"fmt"
	"strings"
	"time"
)

// The words of Event.Detail that mails are made of. A use case that wants
// somebody to hear of its event sets DetailMail; the rules of *when* a mail is
// due stay in the use case, this file holds only *who* gets it and what it
// says. No detail ever holds an address, a code or a token: details reach the
// audit trail.
const (
	// DetailMail lists the kinds of mail that the event asks for, separated
	// by commas (see AskMail). An event with MailAddressChanged must stand in
	// the directory record (first in Commit.Put): the addresses are read from
	// its old and new image. MailEmailCode and MailEnrollmentLink must
	// stand in the enrolment, which says where they go and what they carry.
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
	// DetailNotify is "true" when a policy was saved with the wish to mail
	// everybody who is now required and has no factor.
	DetailNotify = "notify"
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

// audience says who gets a kind of mail.
type audience int

const (
	// toUser is the person whom the event is about.
	toUser audience = iota
	// toAdministrators is everybody who may decide resets (contract §4.4).
	toAdministrators
	// toOldAndNew is both addresses of a user whose address was changed.
	toOldAndNew
)

// audiences is the table of contract §7: every kind of mail and who gets it.
//
// When you add a kind: see "How to" in docs/architecture.md.
var audiences = map[MailKind]audience{
	MailRequired:            toUser,
	MailReminder:            toUser,
	MailEnrollmentLink:      toUser,
	MailEmailCode:           toUser,
	MailEnrolled:            toUser,
	MailDeviceChanged:       toUser,
	MailFactorRemoved:       toUser,
	MailBackupCodesReplaced: toUser,
	MailBackupCodeUsed:      toUser,
	MailUnlocked:            toUser,
	MailDeviceRemoved:       toUser,
	MailTooManyWrongCodes:   toUser,
	MailFactorDisabled:      toUser,
	MailResetRequested:      toAdministrators,
	MailResetApproved:       toUser,
	MailResetDenied:         toUser,
	MailResetCancelled:      toUser,
	MailAdministratorAdded:  toAdministrators,
	MailAddressChanged:      toOldAndNew,
}

// ToAdministrators reports whether a kind of mail goes to those who look after
// a user, and not to the user.
func (k MailKind) ToAdministrators() bool { return audiences[k] == toAdministrators }

// bulk reports whether a kind of mail goes to many people at once and so must
// not keep the others waiting.
func (k MailKind) bulk() bool { return k == MailRequired || k == MailReminder }

// lifetime is how long a mail is worth sending: a code is dead after its ten
// minutes (contract §4.3), a bulk mail may have to wait for many others,
// everything else is news for a day.
func (k MailKind) lifetime() time.Duration {
	switch {
	case k == MailEmailCode:
		return 10 * time.Minute
	case k.bulk():
		return 3 * 24 * time.Hour
	}
	return 24 * time.Hour
}

// notices returns the kinds of mail that an event asks for, each once. A kind
// that this version does not know is an error, so that the event is kept for a
// newer one instead of losing its mail.
func notices(e *Event) ([]MailKind, error) {
	asked := e.Detail[DetailMail]
	if asked == "" {
		return nil, nil
	}
	var kinds []MailKind
	seen := map[MailKind]bool{}
	for word := range strings.SplitSeq(asked, ",") {
		kind := MailKind(word)
		if _, known := audiences[kind]; !known {
			return nil, fmt.Errorf("event %s asks for a kind of mail that is not known", e.ID)
		}
		if !seen[kind] {
			kinds = append(kinds, kind)
		}
		seen[kind] = true
	}
	return kinds, nil
}
