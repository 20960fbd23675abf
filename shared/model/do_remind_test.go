package model

import (
	"time"

	"sallyport/shared/twofactor"
)

// reminder is a round of mails as the model knows it.
type reminder struct {
	id          string
	began       time.Time
	total, sent int
}

// remind mails everybody who must enrol. Within a day it answers the round of
// that day (docs/decisions.md, 25).
func (m *machine) remind(c call, tenant string) {
	t := m.tenants[tenant]
	want := m.admits(c, t, need{
		scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{twofactor.PermRequirementsRequire}, actor: true,
	})
	got, err := twofactor.NewReminders(m.deps).Start(m.ctx, c.real(), tenant)
	if !m.agree(err, want, "remind %s", tenant) {
		return
	}
	if t.reminded != nil && m.now.Sub(t.reminded.began) < day {
		m.same("the reminder of the day", got.ID, t.reminded.id)
	} else {
		t.reminded = m.round(t, got.ID, twofactor.MailReminder)
		m.tell(twofactor.EventReminderStarted, twofactor.Ref{Tenant: tenant}, c.actor, c.key)
	}
	m.sameRound(tenant, t.reminded)
}

// round is what one round of mails comes to: who is pending and active gets
// one, who has no address fails.
func (m *machine) round(t *tenant, id string, kind twofactor.MailKind) *reminder {
	r := &reminder{id: id, began: m.now}
	for _, u := range t.users {
		if !u.active || u.state(m.now) != twofactor.StatePending {
			continue
		}
		r.total++
		if u.email() != "" {
			r.sent++
			m.mail(kind, u.email())
		}
	}
	return r
}

// runOutbox sends the mails to many people, which wait for the schedule.
func (m *machine) runOutbox() {
	m.t.Helper()
	if _, _, err := m.notify.Due(m.ctx); err != nil {
		m.t.Fatalf("the outbox: %v", err)
	}
	m.deliver(m.t)
}

// sameRound lets the outbox run, and compares how far the round has come.
func (m *machine) sameRound(tenant string, r *reminder) {
	m.t.Helper()
	m.runOutbox()
	got, err := twofactor.NewReminders(m.deps).Get(m.ctx, twofactor.Caller{Key: m.keys[0].real}, tenant, r.id)
	if err != nil {
		m.t.Fatalf("the reminder of %s: %v", tenant, err)
	}
	m.same("the reminder", text([]any{got.State, stamp(got.StartedAt), got.Total, got.Sent, got.Failed}),
		text([]any{twofactor.ReminderDone, stamp(r.began), r.total, r.sent, r.total - r.sent}))
}
