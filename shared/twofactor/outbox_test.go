package twofactor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func throttled() error { return &twofactor.MailError{Name: "TooManyRequestsException"} }

func rejected() error { return &twofactor.MailError{Name: "MessageRejected", Final: true} }

func TestAThrottledMailIsTriedAgainLaterAndNotBefore(t *testing.T) {
	w := newOutboxWorld(t)
	w.post.answers = []func() error{throttled, throttled}
	e := w.event(twofactor.MailEnrolled)
	w.happen(e)
	w.pump()
	mail := w.mail(twofactor.MailID(e.ID, twofactor.MailEnrolled))
	if mail.State != twofactor.MailQueued || mail.Failure != "TooManyRequestsException" || mail.Attempts != 1 {
		t.Errorf("mail %+v", mail)
	}
	w.later(time.Minute)
	if w.post.tries != 1 {
		t.Error("tried again after one minute")
	}
	w.later(time.Minute)
	if w.post.tries != 2 {
		t.Error("not tried again after two minutes")
	}
	if sent, failed := w.later(4 * time.Minute); sent != 1 || failed != 0 {
		t.Errorf("sent %d, failed %d", sent, failed)
	}
	if mail := w.mail(mail.ID); mail.State != twofactor.MailSent || !mail.SentAt.Equal(w.now) || mail.Failure != "" {
		t.Errorf("mail %+v", mail)
	}
}

func TestARejectedMailFailsAtOnceIsShownInTheTrailAndNeverTriedAgain(t *testing.T) {
	w := newOutboxWorld(t)
	w.post.answers = []func() error{rejected}
	e := w.event(twofactor.MailEnrolled)
	w.happen(e)
	w.now = w.now.Add(time.Second)
	w.pump()
	for range 3 {
		w.later(25 * time.Hour)
	}
	if w.post.tries != 1 {
		t.Errorf("%d tries", w.post.tries)
	}
	rows := w.trail()
	failed := rows[len(rows)-1].Event
	if len(rows) != 2 || failed.Type != twofactor.EventMailFailed || failed.User != "jane" ||
		failed.Detail[twofactor.DetailFailure] != "MessageRejected" || failed.Detail[twofactor.DetailKind] != "enrolled" {
		t.Errorf("%d events, last %+v", len(rows), failed)
	}
	if mail := w.mail(twofactor.MailID(e.ID, twofactor.MailEnrolled)); mail.State != twofactor.MailFailed {
		t.Errorf("state %s", mail.State)
	}
}

func TestAMailThatIsNeverTakenIsGivenUpAfterADayInABoundedNumberOfTries(t *testing.T) {
	w := newOutboxWorld(t)
	for range 1000 {
		w.post.answers = append(w.post.answers, throttled)
	}
	w.happen(w.event(twofactor.MailEnrolled))
	w.pump()
	gaveUp := time.Duration(0)
	for step := range 26 * 60 {
		if _, failed := w.later(time.Minute); failed == 1 {
			gaveUp = time.Duration(step+1) * time.Minute
			break
		}
	}
	if gaveUp < 24*time.Hour || gaveUp > 26*time.Hour {
		t.Errorf("given up after %v", gaveUp)
	}
	if w.post.tries > 20 {
		t.Errorf("%d tries", w.post.tries)
	}
	if rows := w.trail(); rows[len(rows)-1].Event.Type != twofactor.EventMailFailed {
		t.Error("the failure is not in the trail")
	}
}

func TestAMailboxCodeIsNotSentOnceItIsDead(t *testing.T) {
	w := newOutboxWorld(t)
	e := w.event(twofactor.MailEmailCode)
	w.put(&twofactor.Mail{
		Tenant: "acme", ID: e.ID, Kind: twofactor.MailEmailCode, To: "jane@acme.test",
		State: twofactor.MailQueued, DueAt: w.now, CreatedAt: w.now,
	})
	sent, failed := w.later(10 * time.Minute)
	if sent != 0 || failed != 1 || w.post.tries != 0 {
		t.Errorf("sent %d, failed %d", sent, failed)
	}
}

func TestAVaultThatIsAwayDelaysACodeAndLosesNothing(t *testing.T) {
	w := newOutboxWorld(t)
	w.vault.down = true
	sealed, err := w.vault.SealMail(t.Context(), "m", "042137")
	if err != nil {
		t.Fatal(err)
	}
	w.put(&twofactor.Mail{
		Tenant: "acme", ID: "m", Kind: twofactor.MailEmailCode, To: "jane@acme.test", SealedCode: sealed,
		State: twofactor.MailQueued, DueAt: w.now, CreatedAt: w.now,
	})
	w.pump()
	if w.post.tries != 0 {
		t.Fatal("sent without its code")
	}
	w.vault.down = false
	if sent, _ := w.later(2 * time.Minute); sent != 1 || w.post.taken[0].code.Reveal() != "042137" {
		t.Errorf("sent %d", sent)
	}
}

func TestManyWhoSendTheSameMailSendItOnce(t *testing.T) {
	w := newOutboxWorld(t)
	w.put(&twofactor.Mail{
		Tenant: "acme", ID: "m", Kind: twofactor.MailEnrolled, To: "jane@acme.test",
		State: twofactor.MailQueued, DueAt: w.now, CreatedAt: w.now,
	})
	feed := w.store.Feed(0, 100)
	change := feed[len(feed)-1].Change
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if err := w.notify.Handle(t.Context(), change); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if _, _, err := w.notify.Due(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(w.post.taken) != 1 {
		t.Errorf("%d mails", len(w.post.taken))
	}
}

func TestBulkMailsWaitBehindTheOthersAndGoAtTheirRate(t *testing.T) {
	w := newOutboxWorld(t)
	w.notify.BulkPerRun = 30
	for i := range 70 {
		user := string(rune('a'+i/26)) + string(rune('a'+i%26))
		w.user("acme", user, user+"@acme.test")
		e := w.event(twofactor.MailReminder)
		e.User = user
		if err := w.notify.Handle(t.Context(), twofactor.Change{Event: e}); err != nil {
			t.Fatal(err)
		}
	}
	w.pump()
	if len(w.post.taken) != 0 {
		t.Fatal("a bulk mail was sent at once")
	}
	w.put(&twofactor.Mail{
		Tenant: "acme", ID: "m", Kind: twofactor.MailEnrolled, To: "jane@acme.test",
		State: twofactor.MailQueued, DueAt: w.now, CreatedAt: w.now,
	})
	var counts []int
	for range 4 {
		sent, _ := w.later(time.Minute)
		counts = append(counts, sent)
	}
	if !slices.Equal(counts, []int{31, 30, 10, 0}) || w.post.taken[0].kind != twofactor.MailEnrolled {
		t.Errorf("sent %v, first %s", counts, w.post.taken[0].kind)
	}
}

func TestARunThatIsOutOfTimeFinishesTheMailThatItBeganAndLeavesTheRest(t *testing.T) {
	w := newOutboxWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	for _, id := range []string{"m1", "m2"} {
		w.put(&twofactor.Mail{
			Tenant: "acme", ID: id, Kind: twofactor.MailEnrolled, To: "jane@acme.test",
			State: twofactor.MailQueued, DueAt: w.now, CreatedAt: w.now,
		})
	}
	w.post.answers = []func() error{func() error { cancel(); return nil }}
	sent, _, err := w.notify.Due(ctx)
	if sent != 1 || err != nil || w.mail("m1").State != twofactor.MailSent || w.mail("m2").Attempts != 0 {
		t.Errorf("sent %d, %v, states %s %s", sent, err, w.mail("m1").State, w.mail("m2").State)
	}
}

func TestAStoreThatIsAwayIsAnErrorAndNothingIsSent(t *testing.T) {
	w := newOutboxWorld(t)
	w.put(&twofactor.Mail{
		Tenant: "acme", ID: "m", Kind: twofactor.MailEnrolled, To: "jane@acme.test",
		State: twofactor.MailQueued, DueAt: w.now, CreatedAt: w.now,
	})
	w.store.OnLoad(func([]twofactor.Want) error { return twofactor.ErrStore })
	if _, _, err := w.notify.Due(t.Context()); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("got %v", err)
	}
	if w.post.tries != 0 {
		t.Error("sent all the same")
	}
}

func TestEachTryThatIsRefusedIsReportedWithItsReason(t *testing.T) {
	w := newOutboxWorld(t)
	var heard []string
	w.notify.Refused = func(kind twofactor.MailKind, failure string, final bool) {
		heard = append(heard, fmt.Sprint(kind, " ", failure, " ", final))
	}
	w.post.answers = []func() error{throttled, func() error { return errors.New("jane@acme.test is away") }, rejected}
	w.happen(w.event(twofactor.MailEnrolled))
	w.pump()
	w.later(2 * time.Minute)
	w.later(4 * time.Minute)
	w.happen(w.event(twofactor.MailEnrolled))
	w.pump()
	want := []string{"enrolled TooManyRequestsException false", "enrolled Unavailable false", "enrolled MessageRejected true"}
	if !slices.Equal(heard, want) || len(w.post.taken) != 1 {
		t.Errorf("heard %q, want %q; %d mails were taken", heard, want, len(w.post.taken))
	}
}
