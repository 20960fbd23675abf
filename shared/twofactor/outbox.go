package twofactor

import (
	"context"
	"errors"
	"time"
)

// MailSender hands mails to the mail service.
type MailSender interface {
	// SendMail renders m and sends it to m.To. code is what m.SealedCode held,
	// "" when there is none. It returns nil once the service has taken the
	// mail, and a *MailError when it did not; any other error counts as "not
	// now".
	SendMail(ctx context.Context, m *Mail, code Secret) error
}

// MailError says why a mail was not taken.
type MailError struct {
	// Name is the mail service's own name for it; it holds no address.
	Name string
	// Final is true when trying again cannot help.
	Final bool
}

// Error implements error.
func (e *MailError) Error() string { return "mail not taken: " + e.Name }

// Names of failures that the mail service has none for.
const (
	failureUnavailable = "Unavailable"
	failureTooLate     = "TooLate"
	failureStopped     = "BulkStopped"
)

// settleTries is how often the outcome of a mail is written before it is left
// as it is. A mail that was taken but could not be marked is sent again: the
// mail service has no way to recognise a repetition.
const settleTries = 3

// moveTries is how often it is tried again when only the reminder of the mail
// moved meanwhile.
const moveTries = 20

// deliver sends one mail, unless it was sent, is being sent, or is not due. It
// claims the mail first by moving its due time, so that of two that try only
// one sends, and so that a crash leaves it to be tried again. It returns the
// state that the mail is in, as far as this call knows.
func (n *Notify) deliver(ctx context.Context, queued *Mail) (MailState, error) {
	about, err := n.parcel(ctx, queued)
	mail, now := about.mail, n.Now()
	if err != nil || mail == nil || mail.State != MailQueued || mail.DueAt.After(now) {
		return "", err
	}
	switch {
	case !now.Before(mail.CreatedAt.Add(mail.Kind.lifetime())):
		return n.settle(ctx, about, &MailError{Name: failureTooLate, Final: true})
	case mail.Bulk && about.health.stopped(now):
		return n.settle(ctx, about, &MailError{Name: failureStopped, Final: true})
	}
	mail.Attempts++
	mail.DueAt = now.Add(backoff(mail.Attempts))
	err = n.Store.Commit(ctx, Commit{Put: []Record{mail}})
	if conflict := (*ConflictError)(nil); errors.As(err, &conflict) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return n.settle(ctx, about, n.send(ctx, mail))
}

// backoff is how long to wait after the given number of tries: 2 minutes, then
// twice as long each time, up to 2 hours. It is longer than one try can take.
func backoff(tries int) time.Duration {
	const longest = 2 * time.Hour
	wait := time.Minute
	for range tries {
		wait *= 2
		if wait >= longest {
			return longest
		}
	}
	return wait
}

// send opens the mail's code, if it has one, and sends it.
func (n *Notify) send(ctx context.Context, mail *Mail) error {
	var code Secret
	if len(mail.SealedCode) > 0 {
		opened, err := n.MailVault.OpenMail(ctx, mail.ID, mail.SealedCode)
		if err != nil {
			return err
		}
		code = opened
	}
	return n.Sender.SendMail(ctx, mail, code)
}
