package twofactor

import (
	"context"
	"time"
)

// Reminders mails those who are required and have no factor.
type Reminders struct{ Deps }

// NewReminders makes Reminders.
func NewReminders(d Deps) *Reminders { return &Reminders{Deps: d} }

// ReminderView is how far a reminder has come. Total counts everybody it is
// for: until all were looked at it is taken from the counts of the summary.
// Failed counts those without an address too; done is Sent and Failed making
// Total.
type ReminderView struct {
	ID        string
	StartedAt time.Time
	Total     int
	Sent      int
	Failed    int
	State     ReminderState
}

// reminderInterval is how often a tenant can start a reminder (contract §3).
const reminderInterval = day

// Start begins to mail everybody in the state pending. A tenant has one
// reminder a day: starting again within 24 hours answers the one of that day,
// and mails nobody.
func (r *Reminders) Start(ctx context.Context, c Caller, tenant string) (ReminderView, error) {
	var view ReminderView
	err := r.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		now := r.Now()
		today, yesterday := reminderOf(tenant, now), reminderOf(tenant, now.Add(-reminderInterval))
		a, err := r.authorize(ctx, c, tenant, actRemind, Want{Key: today}, Want{Key: yesterday})
		if err != nil {
			return Commit{}, err
		}
		if err := r.replay(ctx, c); err != nil {
			return Commit{}, err
		}
		recent := Get[Reminder](a.found, yesterday)
		if begun := Get[Reminder](a.found, today); begun != nil {
			recent = begun
		}
		if recent != nil && now.Sub(recent.StartedAt) < reminderInterval {
			view, err = r.view(ctx, a, recent)
			return Commit{}, err
		}
		return r.start(ctx, c, a, &view, recent)
	})
	return view, err
}

// start is the commit of a new reminder. That there was none within a day must
// still hold, so that no two are started at midnight.
func (r *Reminders) start(ctx context.Context, c Caller, a *access, view *ReminderView, last *Reminder) (Commit, error) {
	if last == nil {
		key := reminderOf(a.tenant.ID, a.now.Add(-reminderInterval))
		last = &Reminder{Tenant: key.Tenant, ID: key.ID}
	}
	e, err := r.event(c, EventReminderStarted, Ref{Tenant: a.tenant.ID})
	if err != nil {
		return Commit{}, err
	}
	begun := newReminder(reminderOf(a.tenant.ID, a.now), MailReminder, a.now)
	e.Detail[detailReminder] = begun.ID
	if *view, err = r.view(ctx, a, begun); err != nil {
		return Commit{}, err
	}
	kept, err := c.onceRecords(*view, a.now)
	if err != nil {
		return Commit{}, err
	}
	return Commit{Event: e, Put: append([]Record{begun}, kept...), Check: []Record{last}}, nil
}

// Get tells how far a reminder has come: one that was started, or the mails of
// a policy that was saved with notify, by the id of its event.
func (r *Reminders) Get(ctx context.Context, c Caller, tenant, id string) (ReminderView, error) {
	if !ValidID(id) {
		return ReminderView{}, refuse(CodeNotFound, "There is no such reminder.")
	}
	a, err := r.authorize(ctx, c, tenant, actRemindsRead, Want{Key: ReminderKey(tenant, id)})
	if err != nil {
		return ReminderView{}, err
	}
	reminder := Get[Reminder](a.found, ReminderKey(tenant, id))
	if reminder == nil {
		return ReminderView{}, refuse(CodeNotFound, "There is no such reminder.")
	}
	return r.view(ctx, a, reminder)
}

func (r *Reminders) view(ctx context.Context, a *access, reminder *Reminder) (ReminderView, error) {
	view := ReminderView{
		ID: reminder.ID, StartedAt: reminder.StartedAt, State: reminder.State,
		Total: reminder.Total, Sent: reminder.Sent, Failed: reminder.Failed,
	}
	if reminder.walked() {
		return view, nil
	}
	counts, err := r.counts(ctx, a.tenant)
	if err != nil {
		return ReminderView{}, unavailable(err)
	}
	expected := 0
	for cell, n := range counts[a.tenant.ID] {
		if user, ok := cellUser(a.tenant.ID, cell, a.now); ok && pending(a.tenant, a.parent, user, a.now) {
			expected += n
		}
	}
	view.Total = max(view.Total, expected)
	return view, nil
}

// pending reports whether a reminder is for this user: he can sign in, must
// have a factor, and has none.
func pending(tenant, parent *Tenant, user *Auth, now time.Time) bool {
	if !user.Active {
		return false
	}
	s := situation{tenant: tenant, parent: parent, user: user, first: FirstFactor{Method: user.SignIn}, now: now}
	return decide(s).State == StatePending
}

// detailReminder is the id of the reminder that an event is about.
const detailReminder = "reminder"

// reminderOf names the one reminder of a tenant and a day in UTC.
func reminderOf(tenant string, at time.Time) Key {
	return ReminderKey(tenant, "reminder-"+at.UTC().Format(time.DateOnly))
}

// reminderKept is how long a reminder can be asked about.
const reminderKept = 400 * day

func newReminder(key Key, kind MailKind, now time.Time) *Reminder {
	r := &Reminder{Tenant: key.Tenant, ID: key.ID, Kind: kind, StartedAt: now, State: ReminderRunning}
	r.Expires = now.Add(reminderKept)
	return r
}

// afterAll is the position behind the last user: no id sorts behind it.
const afterAll = "~"

// walked reports whether everybody was looked at.
func (r *Reminder) walked() bool { return r.After == afterAll }

// settled closes the reminder when every mail of it went or failed.
func (r *Reminder) settled() {
	if r.walked() && r.Sent+r.Failed >= r.Total {
		r.State = ReminderDone
	}
}
