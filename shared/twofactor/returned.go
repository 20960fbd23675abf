package twofactor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Return is what the mail service reports of a mail that it had taken: that
// it came back, or that its recipient complained.
type Return struct {
	// Mail is the mail; TaggedMail gives its key.
	Mail Key
	// Failure is a name for what happened; it holds no address.
	Failure string
	// Weight is how many refused mails it counts as for the health of the
	// tenant's bulk mails; 0 where the mail service does not mind.
	Weight int
}

// errReturnBusy says that others kept changing what a return moves.
var errReturnBusy = errors.New("a mail's return could not be recorded, others were faster")

// Returned records that a mail did not arrive after all: the mail failed, its
// reminder counts it as failed, the trail shows it, and the health of the
// tenant's bulk mails suffers. Recording it again changes nothing; neither does
// a mail that is not there any more.
func (n *Notify) Returned(ctx context.Context, r Return) error {
	found, err := n.Store.Load(ctx, Want{Key: r.Mail})
	mail := Get[Mail](found, r.Mail)
	if err != nil || mail == nil {
		return err
	}
	for range moveTries {
		about, err := n.parcel(ctx, mail)
		if err != nil {
			return err
		}
		if about.mail == nil || about.mail.State == MailFailed {
			return nil
		}
		commit, err := n.returned(about, r)
		if err != nil {
			return err
		}
		err = n.Store.Commit(ctx, commit)
		var lost *ConflictError
		if !errors.As(err, &lost) {
			return err
		}
	}
	return fmt.Errorf("mail %s: %w", mail.ID, errReturnBusy)
}

// returned is the commit that takes a mail from those that went to those that
// failed. One that is still marked as waiting came back faster than that it
// was taken could be written down.
func (n *Notify) returned(about parcel, r Return) (Commit, error) {
	mail, now, went := *about.mail, n.Now(), 0
	if mail.State == MailSent {
		went = 1
	}
	mail.State, mail.Failure = MailFailed, r.Failure
	mail.strip()
	e, err := n.mailEvent(EventMailFailed, &mail, r.Failure)
	if err != nil {
		return Commit{}, err
	}
	return Commit{Event: e, Put: append([]Record{&mail}, about.taken(went, r.Weight, now)...)}, nil
}

// taken gives what a bulk mail moves besides itself when it comes back.
func (p parcel) taken(went, weight int, now time.Time) []Record {
	var records []Record
	if p.reminder != nil {
		next := *p.reminder
		next.Sent, next.Failed = next.Sent-went, next.Failed+1
		next.settled()
		records = append(records, &next)
	}
	if p.health != nil && weight > 0 {
		records = append(records, p.health.after(-went, weight, now))
	}
	return records
}
