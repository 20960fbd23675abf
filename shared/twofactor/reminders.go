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
		near := remindersNear(tenant, r.Now())
		wants := make([]Want, len(near))
		for i, key := range near {
			wants[i] = Want{Key: key}
		}
		a, err := r.authorize(ctx, c, tenant, actRemind, wants...)
		if err != nil {
			return Commit{}, err
		}
		if err := r.replay(ctx, c); err != nil {
			return Commit{}, err
		}
		if begun := recentReminder(a, near); begun != nil {
			view, err = r.view(ctx, a, begun)
			return Commit{}, err
		}
		return r.start(ctx, c, a, &view, near)
	})
	return view, err
}

// recentReminder is the newest reminder that is less than a day old, or nil.
func recentReminder(a *access, near []Key) *Reminder {
	for _, key := range near {
		if begun := Get[Reminder](a.found, key); begun != nil && a.now.Sub(begun.StartedAt) < reminderInterval {
			return begun
		}
	}
	return nil
}

// start is the commit of a new reminder. What was read of the days around it
// must still hold: two that start around midnight, by clocks that differ a
// little, put different days, and each checks the day of the other.
func (r *Reminders) start(ctx context.Context, c Caller, a *access, view *ReminderView, near []Key) (Commit, error) {
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
	commit := Commit{Event: e, Put: append([]Record{begun}, kept...)}
	for _, key := range near {
		if key.ID != begun.ID {
			commit.Check = append(commit.Check, reminderAsRead(a, key))
		}
	}
	return commit, nil
}

// reminderAsRead is the reminder that was found under a key, or one that has
// never been kept: as a check, it says that there is none.
func reminderAsRead(a *access, key Key) *Reminder {
	if found := Get[Reminder](a.found, key); found != nil {
		return found
	}
	return &Reminder{Tenant: key.Tenant, ID: key.ID}
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

// remindersNear names the reminders of the next day, of this one and of the
// one before, newest first: a reminder less than a day old is among them, also
// one that another clock, a little ahead, has started tomorrow.
func remindersNear(tenant string, at time.Time) []Key {
	return []Key{
		reminderOf(tenant, at.Add(day)), reminderOf(tenant, at), reminderOf(tenant, at.Add(-day)),
	}
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
