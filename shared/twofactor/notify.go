package twofactor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Notify files what happened in the audit trail, sends the mails that it asks
// for, records those that came back, keeps the counts of summaries, and works
// reminders and deletions off. It is fed by the table's change feed, which may
// deliver a change more than once and out of order, and by a schedule.
type Notify struct {
	Deps
	Sender MailSender
	// Retention is how long the trail keeps an event; 0 means 400 days.
	Retention time.Duration
	// BulkPerRun is how many bulk mails one run of Due sends at most; 0 means
	// 300. Times the runs per minute it must stay within the rate that the
	// mail service allows the account.
	BulkPerRun int
	// Wait waits for d or until ctx ends. Due uses it to spread bulk mails
	// over BulkTime; nil sends them one after the other.
	Wait func(ctx context.Context, d time.Duration)
	// Refused hears of each try after which a mail was not taken; final says
	// that there is no other. It gets no address; nil hears nothing.
	Refused func(kind MailKind, failure string, final bool)
}

// NewNotify makes a Notify with default limits.
func NewNotify(deps Deps, sender MailSender) *Notify { return &Notify{Deps: deps, Sender: sender} }

const defaultRetention = 400 * 24 * time.Hour

// filedTogether is how many mails are filed in one commit with their event; a
// transaction of the table takes 100 records.
const filedTogether = 90

// Handle acts on one change: it files the event, with its mails in the outbox,
// in one commit, follows the counts, makes the next step of a reminder, and
// sends a mail that was just put into the outbox. Handling a change again does
// nothing. An error means that the change must be delivered again.
func (n *Notify) Handle(ctx context.Context, change Change) error {
	if change.Event == nil {
		change.Event = stoppage(change)
	}
	if change.Event != nil {
		if err := n.file(ctx, change); err != nil {
			return fmt.Errorf("file event %s: %w", change.Event.ID, err)
		}
	}
	if err := n.follow(ctx, change); err != nil {
		return fmt.Errorf("follow the counts: %w", err)
	}
	if err := n.remind(ctx, change); err != nil {
		return fmt.Errorf("work off a reminder: %w", err)
	}
	mail, ok := change.New.(*Mail)
	if !ok || mail == nil || change.Old != nil || mail.Bulk {
		return nil
	}
	_, err := n.deliver(ctx, mail)
	return err
}

// file puts the event into the trail and its mails into the outbox. The row's
// key is the event's id, so a second delivery finds it there.
func (n *Notify) file(ctx context.Context, change Change) error {
	if gone, err := n.gone(ctx, change.Event.Tenant); err != nil || gone {
		return err
	}
	mails, filed, err := n.mails(ctx, change, n.Now())
	if err != nil || filed {
		return err
	}
	for len(mails) > filedTogether {
		last := len(mails) - 1
		if err := n.putOnce(ctx, mails[last]); err != nil {
			return err
		}
		mails = mails[:last]
	}
	now := n.Now()
	row := &EventRow{Event: *change.Event, FiledAt: now}
	row.Expires = now.Add(n.retention())
	records := []Record{row}
	for _, mail := range mails {
		records = append(records, mail)
	}
	if reminder := policyReminder(change.Event, now); reminder != nil {
		records = append(records, reminder)
	}
	ctx, cancel := context.WithTimeout(ctx, filingTime)
	defer cancel()
	return n.putOnce(ctx, records...)
}

// filingTime bounds the commit that files an event, from the time of filing
// that it states: see TailDelay.
const filingTime = 5 * time.Second

// putOnce writes new records together, or finds that they are there already.
func (n *Notify) putOnce(ctx context.Context, records ...Record) error {
	err := n.Store.Commit(ctx, Commit{Put: records})
	var conflict *ConflictError
	if errors.As(err, &conflict) && !conflict.Transient {
		return nil
	}
	return err
}

func (n *Notify) retention() time.Duration {
	if n.Retention > 0 {
		return n.Retention
	}
	return defaultRetention
}

// mails loads what the event's mails need and composes them. filed is true
// when the event is in the trail already. An event without mails loads
// nothing.
func (n *Notify) mails(ctx context.Context, change Change, now time.Time) (mails []*Mail, filed bool, err error) {
	kinds, err := notices(change.Event)
	if err != nil || len(kinds) == 0 {
		return nil, false, err
	}
	row := EventRowKey(change.Event.Tenant, change.Event.ID)
	tenant := TenantKey(change.Event.Tenant)
	user := DirectoryKey(Ref{Tenant: change.Event.Tenant, User: change.Event.User})
	found, err := n.Store.Load(ctx, Want{Key: row}, Want{Key: tenant}, Want{Key: user})
	if err != nil {
		return nil, false, err
	}
	if found[row] != nil {
		return nil, true, nil
	}
	book := addressBook{tenant: Get[Tenant](found, tenant), subject: Get[Directory](found, user)}
	if slices.ContainsFunc(kinds, MailKind.ToAdministrators) {
		book.administrators, err = n.administrators(ctx, book.tenant, change.Event.User)
		if err != nil {
			return nil, false, err
		}
	}
	mails, err = compose(change, book, now)
	return mails, false, err
}
