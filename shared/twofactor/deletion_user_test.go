package twofactor_test

import (
	"fmt"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// paperTrail gives a user more reset requests than one page holds, mails that
// are done and one that waits; others have the same.
func (d *desk) paperTrail(users ...string) {
	d.t.Helper()
	for _, user := range users {
		ref := twofactor.Ref{Tenant: "t", User: user}
		auth := d.auth("t", user)
		for i := range 95 {
			id := fmt.Sprintf("%s%s-%02d", twofactor.IDFloor(d.now), user, i)
			d.put(
				&twofactor.ResetRequest{Ref: ref, ID: id, Incarnation: auth.Incarnation, Reason: "lost"},
				&twofactor.Mail{Tenant: "t", User: user, ID: id, State: twofactor.MailSent, CreatedAt: d.now},
			)
		}
		d.put(&twofactor.Mail{Tenant: "t", User: user, ID: twofactor.IDFloor(d.now) + "waits", State: twofactor.MailQueued, CreatedAt: d.now})
	}
}

// papers counts what the store holds of a user, by kind.
func (d *desk) papers(user string) map[twofactor.Kind]int {
	count := map[twofactor.Kind]int{}
	for key, change := range d.lastStates() {
		switch r := change.New.(type) {
		case *twofactor.ResetRequest:
			if r.User == user {
				count[key.Kind]++
			}
		case *twofactor.Mail:
			if r.User == user {
				count[key.Kind]++
			}
		case *twofactor.DeletionJob:
			if r.User == user {
				count[key.Kind]++
			}
		}
	}
	return count
}

func (d *desk) sweepAfter(wait time.Duration) {
	d.t.Helper()
	d.later(wait)
	_, err := twofactor.NewDeletions(d.deps).Run(d.ctx)
	d.ok(err)
}

func (d *desk) wantPapers(user string, requests, mails, jobs int) {
	d.t.Helper()
	got := d.papers(user)
	if got[twofactor.KindResetRequest] != requests || got[twofactor.KindMail] != mails || got[twofactor.KindDeletion] != jobs {
		d.t.Errorf("%s has %v, want %d requests, %d mails, %d jobs", user, got, requests, mails, jobs)
	}
}

func TestTheRequestsAndMailsOfADeletedUserGoSoonAndThoseThatComeLateGoADayLater(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.user("t", "anna", twofactor.RoleUser)
	d.paperTrail("ann", "anna")
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "ann"}))
	d.sweepAfter(time.Second)
	d.wantPapers("ann", 95, 96, 1)
	d.sweepAfter(time.Minute)
	d.wantPapers("ann", 0, 1, 1)
	d.put(&twofactor.Mail{Tenant: "t", User: "ann", ID: "late", State: twofactor.MailSent, CreatedAt: d.now})
	d.sweepAfter(24 * time.Hour)
	d.wantPapers("ann", 0, 2, 1)
	d.sweepAfter(2 * time.Hour)
	d.wantPapers("ann", 0, 0, 0)
	d.wantPapers("anna", 95, 96, 0)
}

func TestWhatAUserOfTheSameIdHasSinceIsNotSwept(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.paperTrail("ann")
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "ann"}))
	before := twofactor.IDFloor(d.now)
	d.later(time.Second)
	d.user("t", "ann", twofactor.RoleUser)
	d.paperTrail("ann")
	mail := twofactor.Mail{Tenant: "t", User: "ann", State: twofactor.MailSent, CreatedAt: d.now}
	late, fresh := mail, mail
	late.ID, fresh.ID = before+"-late", twofactor.IDFloor(d.now)+"-fresh"
	d.put(&late, &fresh)
	d.sweepAfter(time.Minute)
	d.sweepAfter(26 * time.Hour)
	d.wantPapers("ann", 95, 97, 0)
}

func TestASweepThatFailsAtAnyWriteIsFinishedByTheNextRun(t *testing.T) {
	for _, fault := range []memory.Fault{memory.FailBefore, memory.FailAfter, memory.FailLost, memory.FailBusy} {
		for n := 1; ; n++ {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "ann", twofactor.RoleUser)
			d.paperTrail("ann")
			d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "ann"}))
			d.later(26 * time.Hour)
			d.store.Fail(n, fault)
			before := d.store.Commits()
			_, _ = twofactor.NewDeletions(d.deps).Run(d.ctx)
			reached := d.store.Commits()-before >= n
			d.sweepAfter(time.Second)
			d.wantPapers("ann", 0, 0, 0)
			if !reached {
				break
			}
		}
	}
}

func TestADeletedTenantLeavesNoSweepOfItsUsers(t *testing.T) {
	d := newDesk(t)
	d.fillTenant("t")
	d.paperTrail("u07")
	d.ok(d.users().Delete(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "u07"}))
	d.startDeletion("t")
	d.sweepAfter(time.Minute)
	if left := d.left("t"); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// A large round of mails goes for longer than the last look waits.
func TestAReminderDoesNotWaitForTheMailOfAUserWhoWasSwept(t *testing.T) {
	w := newWatched(t)
	w.pendingTown("acme", 3)
	begun := w.remind("acme")
	w.pump()
	gone := twofactor.Ref{Tenant: "acme", User: "user-001"}
	w.ok(twofactor.NewUsers(w.deps).Delete(w.ctx, w.platform(), gone))
	w.pass(26 * time.Hour)
	_, err := twofactor.NewDeletions(w.deps).Run(w.ctx)
	w.ok(err)
	if now := w.reminder("acme", begun.ID); now.Failed != 1 || now.Sent != 0 || now.State != twofactor.ReminderRunning {
		t.Errorf("swept: %+v", now)
	}
	w.minutes(1)
	if done := w.reminder("acme", begun.ID); done.State != twofactor.ReminderDone || done.Sent != done.Total-1 || done.Failed != 1 {
		t.Errorf("done: %+v", done)
	}
	if got := w.post.count("acme", twofactor.MailReminder)["user-001@example.com"]; got != 0 {
		t.Errorf("who was deleted got %d mails", got)
	}
}
