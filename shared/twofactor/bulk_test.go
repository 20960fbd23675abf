package twofactor_test

import (
	"context"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

func TestBulkMailsGoNoFasterThanTheRateAndSpreadOverTheRun(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 100)
	w.remind("acme")
	w.pump()
	w.notify.BulkPerRun = 40
	var waited time.Duration
	w.notify.Wait = func(_ context.Context, d time.Duration) { waited += d }
	for run, want := range []int{40, 80, 101} {
		w.minutes(1)
		if sent := len(w.post.count("acme", twofactor.MailReminder)); sent != want {
			t.Errorf("after run %d: %d mails, want %d", run+1, sent, want)
		}
	}
	if waited < 2*twofactor.BulkTime || waited > 3*twofactor.BulkTime {
		t.Errorf("three runs waited %v", waited)
	}
}

func TestAnEMailCodeNeverWaitsBehindBulkMails(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 100)
	w.remind("acme")
	w.pump()
	waits := 0
	w.notify.Wait = func(context.Context, time.Duration) {
		if waits++; waits == 10 {
			w.put(&twofactor.Mail{
				Tenant: "acme", ID: "code", Kind: twofactor.MailEmailCode, To: "ann@example.com",
				State: twofactor.MailQueued, DueAt: w.clock(), CreatedAt: w.clock(),
			})
		}
	}
	w.pass(time.Minute)
	_, _, err := w.notify.Due(w.ctx)
	w.ok(err)
	for i, mail := range w.post.taken {
		if mail.Kind == twofactor.MailEmailCode {
			if i > 30 {
				t.Errorf("the code was mail number %d", i+1)
			}
			return
		}
	}
	t.Error("the code was not sent")
}

// refuseTenant refuses every mail of one tenant.
func refuseTenant(tenant string, tried *int) func(*twofactor.Mail) error {
	return func(m *twofactor.Mail) error {
		if m.Tenant != tenant || m.Kind != twofactor.MailReminder {
			return nil
		}
		*tried++
		return rejected()
	}
}

func TestATenantWhoseBulkMailsAreRefusedIsStoppedAndNobodyElse(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("bad", 80)
	w.pendingTown("good", 80)
	tried := 0
	w.post.refuse = refuseTenant("bad", &tried)
	bad, good := w.remind("bad"), w.remind("good")
	w.pump()
	w.minutes(2)
	if tried != 10 {
		t.Errorf("%d mails of the tenant were tried", tried)
	}
	if done := w.reminder("bad", bad.ID); done.State != twofactor.ReminderDone || done.Failed != 81 || done.Sent != 0 {
		t.Errorf("its reminder %+v", done)
	}
	if done := w.reminder("good", good.ID); done.State != twofactor.ReminderDone || done.Sent != 81 {
		t.Errorf("the other's reminder %+v", done)
	}
	w.eachOnce("good", twofactor.MailReminder, 81)
	types := map[twofactor.EventType]int{}
	events, _, err := twofactor.NewEvents(w.deps).List(w.ctx, w.platform(), "bad", twofactor.EventQuery{Limit: 200})
	w.ok(err)
	for _, e := range events {
		types[e.Type]++
	}
	if types[twofactor.EventMailFailed] != 81 || types[twofactor.EventBulkStopped] != 1 {
		t.Errorf("in the trail: %v", types)
	}
}

func TestAStoppedTenantStillGetsTheMailsThatSomebodyWaitsFor(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 20)
	tried := 0
	w.post.refuse = refuseTenant("acme", &tried)
	w.remind("acme")
	w.pump()
	w.minutes(1)
	w.enrol(twofactor.Ref{Tenant: "acme", User: "user-003"})
	w.pump()
	w.eachOnce("acme", twofactor.MailEnrolled, 1)
}

func TestBulkMailsOfAStoppedTenantGoAgainADayLater(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 20)
	tried := 0
	w.post.refuse = refuseTenant("acme", &tried)
	w.remind("acme")
	w.pump()
	w.minutes(1)
	w.post.refuse = nil
	w.pass(25 * time.Hour)
	next := w.remind("acme")
	w.pump()
	w.minutes(1)
	if done := w.reminder("acme", next.ID); done.Sent != 21 || done.Failed != 0 {
		t.Errorf("a day later %+v", done)
	}
}

func TestAFewBadAddressesStopNobody(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 150)
	n := 0
	w.post.refuse = func(*twofactor.Mail) error {
		if n++; n%30 == 0 {
			return rejected()
		}
		return nil
	}
	begun := w.remind("acme")
	w.pump()
	w.minutes(2)
	if done := w.reminder("acme", begun.ID); done.Sent != 146 || done.Failed != 5 {
		t.Errorf("done %+v", done)
	}
}

func TestACrashBetweenSendingAndMarkingSendsABulkMailTwiceAtMostAndCountsItOnce(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 60)
	crashed := map[string]bool{}
	w.post.refuse = func(m *twofactor.Mail) error {
		if len(crashed) < 20 && !crashed[m.To] {
			crashed[m.To] = true
			w.store.Fail(1, memory.FailBefore)
			w.store.Fail(2, memory.FailBefore)
			w.store.Fail(3, memory.FailBefore)
		}
		return nil
	}
	begun := w.remind("acme")
	w.pump()
	for range 4 {
		w.minutes(3)
	}
	if done := w.reminder("acme", begun.ID); done.State != twofactor.ReminderDone || done.Sent != 61 || done.Total != 61 {
		t.Errorf("done %+v", done)
	}
	for to, times := range w.post.count("acme", twofactor.MailReminder) {
		if times > 2 {
			t.Errorf("%s got %d mails", to, times)
		}
	}
}
