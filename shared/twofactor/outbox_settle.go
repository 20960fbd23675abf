package twofactor

import (
	"context"
	"errors"
)

// parcel is a mail with what its outcome moves besides it; both are nil for
// what is not a bulk mail, and reminder for a mail of no reminder.
type parcel struct {
	mail     *Mail
	reminder *Reminder
	health   *MailHealth
}

// parcel loads a mail and what it moves. What it belongs to never changes, so
// that any copy of the mail can be asked.
func (n *Notify) parcel(ctx context.Context, queued *Mail) (parcel, error) {
	key, reminder := queued.Key(), ReminderKey(queued.Tenant, queued.Vars[VarReminder])
	health := MailHealthKey(queued.Tenant)
	wants := []Want{{Key: key}}
	if queued.Bulk {
		wants = append(wants, Want{Key: health})
		if reminder.ID != "" {
			wants = append(wants, Want{Key: reminder})
		}
	}
	found, err := n.Store.Load(ctx, wants...)
	if err != nil {
		return parcel{}, err
	}
	p := parcel{mail: Get[Mail](found, key), reminder: Get[Reminder](found, reminder), health: Get[MailHealth](found, health)}
	if queued.Bulk && p.health == nil {
		p.health = &MailHealth{Tenant: queued.Tenant}
	}
	return p, nil
}

// settle writes what came of a mail, in one commit with what its reminder and
// the tenant's bulk mails say of it. A mail that never will go carries the
// event that tells the administrators so.
func (n *Notify) settle(ctx context.Context, about parcel, outcome error) (MailState, error) {
	n.report(about.mail.Kind, outcome)
	var err error
	failures := 0
	for range moveTries {
		var commit Commit
		if commit, err = n.outcome(about, outcome); err != nil {
			return "", err
		}
		state := commit.Put[0].(*Mail).State
		if err = n.Store.Commit(ctx, commit); err == nil {
			return state, nil
		}
		var lost *ConflictError
		if !errors.As(err, &lost) {
			if failures++; failures == settleTries {
				return state, err
			}
		}
		current, loadErr := n.parcel(ctx, about.mail)
		if loadErr != nil {
			if failures++; failures == settleTries {
				return state, loadErr
			}
			continue
		}
		if current.mail == nil || current.mail.State != MailQueued {
			return state, nil
		}
		about = current
	}
	return MailQueued, err
}

// outcome is the commit that moves a mail to its next state.
func (n *Notify) outcome(about parcel, sendErr error) (Commit, error) {
	now, mail := n.Now(), *about.mail
	if sendErr == nil {
		mail.State, mail.SentAt, mail.Failure = MailSent, now, ""
		mail.strip()
		return Commit{Put: append([]Record{&mail}, n.moved(about, "", now)...)}, nil
	}
	refusal := refusalOf(sendErr)
	mail.Failure = refusal.Name
	if !refusal.Final {
		return Commit{Put: []Record{&mail}}, nil
	}
	mail.State = MailFailed
	mail.strip()
	e, err := n.mailEvent(EventMailFailed, &mail, refusal.Name)
	if err != nil {
		return Commit{}, err
	}
	return Commit{Event: e, Put: append([]Record{&mail}, n.moved(about, refusal.Name, now)...)}, nil
}

// refusalOf is what an error of sending comes to.
func refusalOf(sendErr error) *MailError {
	refusal := &MailError{Name: failureUnavailable}
	errors.As(sendErr, &refusal)
	return refusal
}

// report lets a mail that was not taken be seen at once: the outbox tries for a
// day before it says more.
func (n *Notify) report(kind MailKind, outcome error) {
	if outcome == nil || n.Refused == nil {
		return
	}
	refusal := refusalOf(outcome)
	n.Refused(kind, refusal.Name, refusal.Final)
}

// mailEvent tells the administrators what came of a mail.
func (n *Notify) mailEvent(kind EventType, mail *Mail, failure string) (*Event, error) {
	now := n.Now()
	id, err := NewID(now, n.Random)
	return &Event{
		ID: id, At: now, Type: kind, Tenant: mail.Tenant, User: mail.User,
		Detail: map[string]string{DetailKind: string(mail.Kind), DetailFailure: failure},
	}, err
}
