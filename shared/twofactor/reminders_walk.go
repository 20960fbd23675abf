package twofactor

import (
	"context"
	"errors"
	"maps"
	"time"
)

// A reminder is worked off in steps. Each looks at one page of users, puts
// their mails into the outbox and moves the position in the same commit, so
// that a step that is begun twice is done once. The change of the record is
// what begins the next step: the feed brings it, and brings it again after a
// crash. The schedule begins one too, should the feed ever have lost it.

// remindersPage is how many users a step looks at; with the reminder they fit
// one transaction.
const remindersPage = 50

// VarReminder is the id of the reminder that a mail belongs to. No template
// shows it.
const VarReminder = "reminder"

// remind makes the next step of a reminder after a change of it.
func (n *Notify) remind(ctx context.Context, change Change) error {
	reminder, ok := change.New.(*Reminder)
	if !ok || reminder == nil || reminder.walked() {
		return nil
	}
	return n.step(ctx, reminder.Key(), reminder.Version)
}

// Remind makes a step of every reminder that has not looked at everybody.
func (n *Notify) Remind(ctx context.Context) error {
	var failures error
	for records, err := range n.pages(ctx, Query{Kind: KindReminder, Limit: duePage}) {
		if err != nil {
			return errors.Join(failures, err)
		}
		for _, record := range records {
			if reminder, ok := record.(*Reminder); ok && !reminder.walked() && ctx.Err() == nil {
				failures = errors.Join(failures, n.step(ctx, reminder.Key(), reminder.Version))
			}
		}
		if ctx.Err() != nil {
			return failures
		}
	}
	return failures
}

// step looks at the next page of users. A reminder that is not at version any
// more went on without us.
func (n *Notify) step(ctx context.Context, key Key, version uint64) error {
	found, err := n.Store.Load(ctx, Want{Key: key}, Want{Key: TenantKey(key.Tenant)}, Want{Key: MailHealthKey(key.Tenant)})
	if err != nil {
		return err
	}
	reminder, tenant := Get[Reminder](found, key), Get[Tenant](found, TenantKey(key.Tenant))
	if reminder == nil || reminder.Version != version || reminder.walked() || tenant == nil || tenant.Deleting {
		return nil
	}
	parent, err := n.loadParent(ctx, tenant)
	if err != nil {
		return err
	}
	page, err := n.Store.List(ctx, Query{Kind: KindDirectory, Tenant: tenant.ID, After: reminder.After, Limit: remindersPage})
	if err != nil {
		return err
	}
	users, err := n.pendingUsers(ctx, tenant, parent, page.Records)
	if err != nil {
		return err
	}
	next := *reminder
	if next.After = page.Next; page.Next == "" {
		next.After = afterAll
	}
	mails := n.reminderMails(&next, tenant, users)
	if Get[MailHealth](found, MailHealthKey(key.Tenant)).stopped(n.Now()) {
		next.Failed += len(mails)
		mails = nil
	}
	next.settled()
	err = n.Store.Commit(ctx, Commit{Put: append([]Record{&next}, mails...)})
	var lost *ConflictError
	if errors.As(err, &lost) && !lost.Transient {
		return n.stepAfter(ctx, key, version)
	}
	return err
}

// stepAfter follows a lost race: a mail of this reminder that was sent
// meanwhile moved it without a step, and its change begins the next one.
func (n *Notify) stepAfter(ctx context.Context, key Key, version uint64) error {
	found, err := n.Store.Load(ctx, Want{Key: key})
	if err != nil {
		return err
	}
	if now := Get[Reminder](found, key); now != nil && now.Version == version {
		return ErrStore
	}
	return nil
}

// pendingUsers keeps those whom a reminder is for.
func (n *Notify) pendingUsers(ctx context.Context, tenant, parent *Tenant, entries []Record) ([]*Directory, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	var wants []Want
	for _, entry := range entries {
		wants = append(wants, Want{Key: AuthKey(Ref{Tenant: tenant.ID, User: entry.Key().User}), Eventually: true})
	}
	found, err := n.Store.Load(ctx, wants...)
	if err != nil {
		return nil, err
	}
	var users []*Directory
	for _, entry := range entries {
		dir, ok := entry.(*Directory)
		if !ok {
			continue
		}
		user := Get[Auth](found, AuthKey(dir.Ref))
		if user != nil && pending(tenant, parent, user, n.Now()) {
			users = append(users, dir)
		}
	}
	return users, nil
}

// reminderMails makes the mails to users and counts them; somebody without an
// address counts as failed.
func (n *Notify) reminderMails(r *Reminder, tenant *Tenant, users []*Directory) []Record {
	now := n.Now()
	var mails []Record
	for _, dir := range users {
		r.Total++
		if !ValidAddress(dir.Email) {
			r.Failed++
			continue
		}
		said := &Event{At: r.StartedAt, Tenant: r.Tenant, User: dir.User}
		vars := maps.Clone(letterVars(said, addressBook{tenant: tenant, subject: dir}))
		vars[VarReminder] = r.ID
		mails = append(mails, &Mail{
			Tenant: r.Tenant, ID: r.ID + "-" + refHash(dir.Ref), Kind: r.Kind, Bulk: true,
			User: dir.User, To: dir.Email, Vars: vars, State: MailQueued, DueAt: now, CreatedAt: now,
			Meta: Meta{Expires: now.Add(mailExpiry)},
		})
	}
	return mails
}

// policyReminder is the round of mails that a policy saved with notify asks
// for; nil for any other event. Its id is the event's.
func policyReminder(e *Event, now time.Time) *Reminder {
	if e.Type != EventPolicyChanged || e.Detail[DetailNotify] != "true" {
		return nil
	}
	return newReminder(ReminderKey(e.Tenant, e.ID), MailRequired, now)
}
