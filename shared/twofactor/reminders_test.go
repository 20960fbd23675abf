package twofactor_test

import (
	"fmt"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// pendingTown has n users who must enrol, besides its super admin.
func (w *watched) pendingTown(tenant string, n int) {
	w.tenant(tenant, func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
	w.crowd(tenant, n)
	w.pump()
}

func (w *watched) remind(tenant string) twofactor.ReminderView {
	w.t.Helper()
	view, err := twofactor.NewReminders(w.deps).Start(w.ctx, w.admin(tenant), tenant)
	w.ok(err)
	return view
}

func (w *watched) reminder(tenant, id string) twofactor.ReminderView {
	w.t.Helper()
	view, err := twofactor.NewReminders(w.deps).Get(w.ctx, w.platform(), tenant, id)
	w.ok(err)
	return view
}

// eachOnce demands that n people of a tenant got one mail of a kind.
func (w *watched) eachOnce(tenant string, kind twofactor.MailKind, n int) {
	w.t.Helper()
	got := w.post.count(tenant, kind)
	if len(got) != n {
		w.t.Errorf("%d people got a mail, want %d", len(got), n)
	}
	for to, times := range got {
		if times != 1 {
			w.t.Errorf("%s got %d", to, times)
		}
	}
}

func TestAReminderMailsEveryoneWhoIsRequiredAndHasNoFactorOnce(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 120)
	enrolled := w.enrol(twofactor.Ref{Tenant: "acme", User: "user-000"})
	w.requirement(twofactor.Ref{Tenant: "acme", User: "user-001"}, twofactor.RequirementExempt, time.Time{})
	users, off := twofactor.NewUsers(w.deps), false
	_, _, err := users.Put(w.ctx, w.platform(), "acme", twofactor.UserInput{ID: "off", Email: "off@example.com", Role: "user", SignIn: "password", Active: &off})
	w.ok(err)
	_, _, err = users.Put(w.ctx, w.platform(), "acme", twofactor.UserInput{ID: "mute", Role: "user", SignIn: "password"})
	w.ok(err)
	w.pump()
	begun := w.remind("acme")
	if begun.Total != 120 || begun.State != twofactor.ReminderRunning || begun.Sent+begun.Failed != 0 {
		t.Fatalf("begun %+v for 118 users, the super admin and one without an address", begun)
	}
	w.pump()
	if walked := w.reminder("acme", begun.ID); walked.Total != 120 || walked.State != twofactor.ReminderRunning {
		t.Errorf("before any mail was sent: %+v", walked)
	}
	w.minutes(1)
	done := w.reminder("acme", begun.ID)
	if done.State != twofactor.ReminderDone || done.Sent != 119 || done.Failed != 1 || done.Total != 120 {
		t.Errorf("done %+v", done)
	}
	w.eachOnce("acme", twofactor.MailReminder, 119)
	if w.post.count("acme", twofactor.MailReminder)[enrolled.ref.User+"@example.com"] != 0 {
		t.Error("somebody with a factor was reminded")
	}
}

func TestASecondReminderWithinADayAnswersTheFirstAndMailsNobody(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 3)
	first := w.remind("acme")
	w.minutes(1)
	for range 3 {
		w.pass(7 * time.Hour)
		if again := w.remind("acme"); again.ID != first.ID || again.State != twofactor.ReminderDone || again.Sent != 4 {
			t.Errorf("at %v: %+v", w.clock(), again)
		}
	}
	w.minutes(1)
	w.eachOnce("acme", twofactor.MailReminder, 4)
	w.pass(3 * time.Hour)
	if next := w.remind("acme"); next.ID == first.ID {
		t.Error("a day later it is still the first one")
	}
	w.minutes(1)
	if sent := w.post.count("acme", twofactor.MailReminder)["root@example.com"]; sent != 2 {
		t.Errorf("%d mails after two days", sent)
	}
}

func TestAReminderSurvivesAFaultAtEveryWriteAndMailsEveryoneOnce(t *testing.T) {
	for name, fault := range map[string]memory.Fault{
		"before": memory.FailBefore, "after": memory.FailAfter, "busy": memory.FailBusy,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(t)
			w.pendingTown("acme", 110)
			begun := w.remind("acme")
			w.store.OnCommit(nowAndThen(fault))
			w.pump()
			for range 12 {
				w.minutes(10)
			}
			w.store.OnCommit(nil)
			w.minutes(1)
			if done := w.reminder("acme", begun.ID); done.State != twofactor.ReminderDone || done.Sent != 111 || done.Total != 111 {
				t.Errorf("done %+v", done)
			}
			w.eachOnce("acme", twofactor.MailReminder, 111)
		})
	}
}

func TestAReminderWhoseChangesComeThriceIsWorkedOffOnce(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 110)
	begun := w.remind("acme")
	for page := w.fresh(); len(page) > 0; page = w.fresh() {
		for range 3 {
			for _, entry := range page {
				w.handle(entry.Change)
			}
		}
	}
	w.minutes(1)
	if done := w.reminder("acme", begun.ID); done.Sent != 111 || done.Total != 111 || done.State != twofactor.ReminderDone {
		t.Errorf("done %+v", done)
	}
	w.eachOnce("acme", twofactor.MailReminder, 111)
}

func TestTheScheduleGoesOnWithAReminderThatTheFeedForgot(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 60)
	begun := w.remind("acme")
	w.fresh()
	w.minutes(3)
	if done := w.reminder("acme", begun.ID); done.State != twofactor.ReminderDone || done.Sent != 61 {
		t.Errorf("done %+v", done)
	}
}

func TestNoStepOfAReminderReadsMoreThanOnePage(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 160)
	w.remind("acme")
	most := 0
	w.store.OnLoad(func(wants []twofactor.Want) error { most = max(most, len(wants)); return nil })
	w.pump()
	if most > 60 {
		t.Errorf("one read asked for %d records", most)
	}
}

func TestAPolicySavedWithNotifyMailsEveryoneWhoIsNowRequired(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	w.crowd("acme", 5)
	w.enrol(twofactor.Ref{Tenant: "acme", User: "root"})
	w.pump()
	policies := twofactor.NewPolicies(w.deps)
	now, err := policies.Get(w.ctx, w.platform(), "acme")
	w.ok(err)
	for i, notify := range []bool{false, true} {
		policy := now.Policy
		policy.Mode, policy.GraceDays = twofactor.ModeRequired, i
		version := stored[twofactor.Tenant](w.rig, twofactor.TenantKey("acme")).Policy.Number
		_, err = policies.Put(w.ctx, w.admin("acme"), "acme", twofactor.PolicyInput{
			Policy: policy, IfMatch: twofactor.PolicyETag(version), Notify: notify,
		})
		w.ok(err)
		w.minutes(2)
		if sent := len(w.post.count("acme", twofactor.MailRequired)); sent != 5*i {
			t.Errorf("notify %v: %d mails", notify, sent)
		}
	}
	w.eachOnce("acme", twofactor.MailRequired, 5)
	for _, e := range w.events() {
		if e.Type == twofactor.EventPolicyChanged && e.Detail[twofactor.DetailNotify] == "true" {
			if done := w.reminder("acme", e.ID); done.Sent != 5 || done.State != twofactor.ReminderDone {
				t.Errorf("its progress %+v", done)
			}
		}
	}
}

func TestAReminderOfAnotherTenantIsNotFound(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 1)
	w.tenant("other")
	begun := w.remind("acme")
	for _, id := range []string{begun.ID, "nothing", "#"} {
		_, err := twofactor.NewReminders(w.deps).Get(w.ctx, w.platform(), "other", id)
		w.refused(err, twofactor.CodeNotFound)
	}
}

func TestTwoRemindersStartedAtOnceAreOne(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 2)
	w.moveTo(time.Date(2031, 5, 7, 23, 59, 59, 0, time.UTC))
	ids := make(chan string, 20)
	for i := range 20 {
		go func() {
			if i == 10 {
				w.moveTo(time.Date(2031, 5, 8, 0, 0, 1, 0, time.UTC))
			}
			view, err := twofactor.NewReminders(w.deps).Start(w.ctx, w.admin("acme"), "acme")
			if err != nil && twofactor.CodeOf(err) != twofactor.CodeConflict {
				t.Error(err)
			}
			ids <- view.ID
		}()
	}
	started := map[string]bool{}
	for range 20 {
		if id := <-ids; id != "" {
			started[id] = true
		}
	}
	if len(started) != 1 {
		t.Errorf("started %v", fmt.Sprint(started))
	}
}

func TestAReminderThatAClockAheadStartedTomorrowIsTheOneOfToday(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 2)
	w.moveTo(time.Date(2031, 5, 8, 0, 0, 1, 0, time.UTC))
	ahead := w.remind("acme")
	w.moveTo(time.Date(2031, 5, 7, 23, 59, 59, 0, time.UTC))
	if behind := w.remind("acme"); behind.ID != ahead.ID {
		t.Errorf("started %s beside %s", behind.ID, ahead.ID)
	}
}
