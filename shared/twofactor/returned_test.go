package twofactor_test

import (
	"strings"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// cameBack reports reminders of a tenant that were taken, in the order in which
// they went.
func (w *watched) cameBack(tenant string, n int, r twofactor.Return) {
	w.t.Helper()
	for _, mail := range w.reminded(tenant) {
		if n == 0 {
			return
		}
		n--
		key, ok := twofactor.TaggedMail(mail.Tags())
		if !ok || key != mail.Key() {
			w.t.Fatalf("the tags of %v name %v", mail.Key(), key)
		}
		r.Mail = key
		w.ok(w.notify.Returned(w.ctx, r))
	}
}

// reminded gives the reminders of a tenant that were taken.
func (w *watched) reminded(tenant string) []twofactor.Mail {
	var mails []twofactor.Mail
	for _, mail := range w.post.taken {
		if mail.Tenant == tenant && mail.Kind == twofactor.MailReminder {
			mails = append(mails, mail)
		}
	}
	return mails
}

// trailOf counts the events of a tenant by type.
func (w *watched) trailOf(tenant string) map[twofactor.EventType]int {
	w.t.Helper()
	types := map[twofactor.EventType]int{}
	events, _, err := twofactor.NewEvents(w.deps).List(w.ctx, w.platform(), tenant, twofactor.EventQuery{Limit: 200})
	w.ok(err)
	for _, e := range events {
		types[e.Type]++
	}
	return types
}

func TestEM10AMailThatComesBackFailedInReminderAndTrailOnce(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 9)
	reminder := w.remind("acme")
	w.pump()
	w.minutes(1)
	for range 2 {
		w.cameBack("acme", 3, twofactor.Return{Failure: "BouncePermanentGeneral", Weight: 1})
		w.pump()
	}
	done := w.reminder("acme", reminder.ID)
	if done.Sent != 7 || done.Failed != 3 || done.State != twofactor.ReminderDone {
		t.Errorf("the reminder %+v", done)
	}
	if types := w.trailOf("acme"); types[twofactor.EventMailFailed] != 3 || types[twofactor.EventBulkStopped] != 0 {
		t.Errorf("in the trail: %v", types)
	}
	w.minutes(3)
	w.eachOnce("acme", twofactor.MailReminder, 10)
}

func TestEM10ATenantWhoseBulkMailsComeBackIsStoppedAndNobodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		back, weight int
		stopped      bool
	}{
		"nine bounces":               {9, 1, false},
		"ten bounces":                {10, 1, true},
		"two complaints":             {2, 5, true},
		"twenty of full mailboxes":   {20, 0, false},
		"as few as one in a hundred": {1, 1, false},
	} {
		w := newWatched(t)
		w.pendingTown("bad", 80)
		w.pendingTown("good", 80)
		w.remind("bad")
		w.remind("good")
		w.notify.BulkPerRun = 80
		w.pump()
		w.minutes(1)
		w.cameBack("bad", c.back, twofactor.Return{Failure: "Back", Weight: c.weight})
		w.pump()
		w.notify.BulkPerRun = 1000
		w.minutes(2)
		if got := w.trailOf("bad")[twofactor.EventBulkStopped] == 1; got != c.stopped {
			t.Errorf("%s: stopped %v", name, got)
		}
		if got := w.trailOf("good"); got[twofactor.EventBulkStopped]+got[twofactor.EventMailFailed] > 0 {
			t.Errorf("%s: the other tenant has %v", name, got)
		}
		w.eachOnce("good", twofactor.MailReminder, 81)
	}
}

func TestABounceThatIsFasterThanItsMarkCountsOnce(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 4)
	reminder := w.remind("acme")
	w.pump()
	w.post.refuse = func(m *twofactor.Mail) error {
		w.ok(w.notify.Returned(w.ctx, twofactor.Return{Mail: m.Key(), Failure: "BouncePermanentGeneral", Weight: 1}))
		return nil
	}
	w.minutes(3)
	done := w.reminder("acme", reminder.ID)
	if done.Sent != 0 || done.Failed != 5 || done.State != twofactor.ReminderDone {
		t.Errorf("the reminder %+v", done)
	}
	if types := w.trailOf("acme"); types[twofactor.EventMailFailed] != 5 {
		t.Errorf("in the trail: %v", types)
	}
	w.eachOnce("acme", twofactor.MailReminder, 5)
}

func TestAReturnThatFailsAtAWriteIsRecordedByItsRepetition(t *testing.T) {
	for _, fault := range []memory.Fault{memory.FailBefore, memory.FailAfter, memory.FailLost, memory.FailBusy} {
		w := newWatched(t)
		w.pendingTown("acme", 4)
		reminder := w.remind("acme")
		w.pump()
		w.minutes(1)
		mail := w.reminded("acme")[0]
		back := twofactor.Return{Mail: mail.Key(), Failure: "Complaint", Weight: 5}
		w.store.Fail(1, fault)
		_ = w.notify.Returned(w.ctx, back)
		w.ok(w.notify.Returned(w.ctx, back))
		w.pump()
		if done := w.reminder("acme", reminder.ID); done.Sent != 4 || done.Failed != 1 {
			t.Errorf("fault %d: the reminder %+v", fault, done)
		}
		if types := w.trailOf("acme"); types[twofactor.EventMailFailed] != 1 {
			t.Errorf("fault %d: in the trail %v", fault, types)
		}
	}
}

func TestAMailToOnePersonThatComesBackIsShownAndNothingElseMoves(t *testing.T) {
	w := newOutboxWorld(t)
	e := w.event(twofactor.MailEnrolled)
	w.happen(e)
	w.pump()
	mail := w.mail(twofactor.MailID(e.ID, twofactor.MailEnrolled))
	back := twofactor.Return{Mail: mail.Key(), Failure: "BounceTransientMailboxFull"}
	gone := back
	gone.Mail.ID += "0"
	w.now = w.now.Add(time.Second)
	for _, r := range []twofactor.Return{gone, back, back} {
		if err := w.notify.Returned(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	w.pump()
	w.later(25 * time.Hour)
	rows := w.trail()
	last := rows[len(rows)-1].Event
	if len(rows) != 2 || last.Type != twofactor.EventMailFailed || last.User != "jane" ||
		last.Detail[twofactor.DetailFailure] != back.Failure || last.Detail[twofactor.DetailKind] != "enrolled" {
		t.Errorf("%d events, last %+v", len(rows), last)
	}
	if w.post.tries != 1 {
		t.Errorf("%d tries", w.post.tries)
	}
}

func TestTheTagsOfAMailFitTheirAlphabetAndNameNothingElse(t *testing.T) {
	longest := "a" + strings.Repeat("@", 127)
	for _, mail := range []twofactor.Mail{
		{Tenant: "acme", ID: "1"}, {Tenant: longest, User: longest, ID: "01KJVKTCGR7636GFGE46F1R0YY-backup_codes_replaced-0011223344556677"},
		{Tenant: "a.b:c+d", User: "", ID: "reminder-2031-05-07-0011223344556677"},
	} {
		for name, tag := range mail.Tags() {
			strange := strings.Trim(tag, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
			if tag == "" || len(tag) > 256 || strange != "" {
				t.Errorf("%s %q is no tag", name, tag)
			}
		}
		if key, ok := twofactor.TaggedMail(mail.Tags()); !ok || key != mail.Key() {
			t.Errorf("the tags of %v name %v", mail.Key(), key)
		}
	}
	good := (&twofactor.Mail{Tenant: "acme", User: "jane", ID: "1"}).Tags()
	for _, bad := range []map[string]string{
		{}, {"tenant": good["tenant"], "user": good["user"]}, {"tenant": good["tenant"], "mail": "1"},
		{"tenant": "-", "user": good["user"], "mail": "1"}, {"tenant": "Iw", "user": good["user"], "mail": "1"},
		{"tenant": good["tenant"], "user": "%", "mail": "1"}, {"tenant": good["tenant"], "user": good["user"], "mail": "a/b"},
	} {
		if key, ok := twofactor.TaggedMail(bad); ok {
			t.Errorf("%v name %v", bad, key)
		}
	}
}
