package twofactor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

func TestAnEventIsFiledOnceAndMailedOnceHoweverOftenItIsDelivered(t *testing.T) {
	w := newOutboxWorld(t)
	e := w.event(twofactor.MailEnrolled, twofactor.MailEnrolled)
	w.happen(e)
	for range 3 {
		w.seq = 0
		w.pump()
	}
	changes := w.store.Feed(0, 1000)
	slices.Reverse(changes)
	for _, entry := range changes {
		w.handle(entry.Change)
	}
	rows := w.trail()
	if len(rows) != 1 || rows[0].Event.ID != e.ID || rows[0].Event.IP != "192.0.2.7" {
		t.Errorf("trail: %+v", rows)
	}
	if got := w.post.to(twofactor.MailEnrolled); !slices.Equal(got, []string{"jane@acme.test"}) {
		t.Errorf("mailed %v", got)
	}
}

func TestAFaultAtAnyWriteLosesNoEventAndSendsTheMailOnce(t *testing.T) {
	faults := map[string]memory.Fault{
		"before": memory.FailBefore, "after": memory.FailAfter, "lost": memory.FailLost, "busy": memory.FailBusy,
	}
	const writes = 3 // file, claim, mark
	for name, fault := range faults {
		for n := 1; n <= writes; n++ {
			t.Run(fmt.Sprintf("%s write %d", name, n), func(t *testing.T) {
				w := newOutboxWorld(t)
				w.happen(w.event(twofactor.MailUnlocked))
				w.store.Fail(n, fault)
				w.pump()
				w.later(3 * time.Minute)
				w.later(time.Hour)
				if len(w.trail()) != 1 || len(w.post.taken) != 1 {
					t.Errorf("%d filed, %d sent", len(w.trail()), len(w.post.taken))
				}
			})
		}
	}
}

func TestACrashBeforeTheMailServiceTookTheMailLosesNothing(t *testing.T) {
	w := newOutboxWorld(t)
	w.post.answers = []func() error{func() error { panic("crash") }}
	w.happen(w.event(twofactor.MailUnlocked))
	w.pump()
	if len(w.post.taken) != 0 {
		t.Fatal("sent by the redelivery, while the first try might still run")
	}
	w.later(3 * time.Minute)
	if len(w.post.taken) != 1 {
		t.Errorf("%d mails", len(w.post.taken))
	}
}

func TestACrashAfterTheMailServiceTookTheMailSendsTwoAtMost(t *testing.T) {
	w := newOutboxWorld(t)
	w.happen(w.event(twofactor.MailUnlocked))
	crash := true
	w.store.OnCommit(func(_ int, c twofactor.Commit) memory.Fault {
		mail, ok := c.Put[0].(*twofactor.Mail)
		if crash && ok && mail.State == twofactor.MailSent {
			crash = false
			panic("crash")
		}
		return memory.NoFault
	})
	w.pump()
	for range 5 {
		w.later(3 * time.Hour)
	}
	if n := len(w.post.taken); n != 2 {
		t.Errorf("%d mails", n)
	}
}

func TestAnEventWithoutMailsIsFiledWithOneWriteAndALookAtTheTenant(t *testing.T) {
	w := newOutboxWorld(t)
	reads := 0
	w.store.OnLoad(func([]twofactor.Want) error { reads++; return nil })
	before := w.store.Commits()
	e := w.event()
	if err := w.notify.Handle(t.Context(), twofactor.Change{Event: e}); err != nil {
		t.Fatal(err)
	}
	if reads != 1 || w.store.Commits() != before+1 || len(w.trail()) != 1 {
		t.Errorf("%d reads, %d writes, %d filed", reads, w.store.Commits()-before, len(w.trail()))
	}
}

func TestFiledEventsAndMailsExpireWhenTheyShould(t *testing.T) {
	w := newOutboxWorld(t)
	w.notify.Retention = 10 * 24 * time.Hour
	e := w.event(twofactor.MailEnrolled)
	w.happen(e)
	w.pump()
	if got := w.trail()[0].Expires; !got.Equal(w.now.Add(240 * time.Hour)) {
		t.Errorf("event expires %v", got)
	}
	mail := w.mail(twofactor.MailID(e.ID, twofactor.MailEnrolled))
	if !mail.Expires.Equal(w.now.Add(720 * time.Hour)) {
		t.Errorf("mail expires %v", mail.Expires)
	}
}

func TestAKindOfMailThatIsNotKnownKeepsTheEventForANewerVersion(t *testing.T) {
	w := newOutboxWorld(t)
	err := w.notify.Handle(t.Context(), twofactor.Change{Event: w.event("enrolled", "carrier_pigeon")})
	if err == nil || len(w.trail()) != 0 {
		t.Errorf("%v, %d filed", err, len(w.trail()))
	}
}

func TestNothingIsFiledForATenantThatIsGoingOrGone(t *testing.T) {
	w := newOutboxWorld(t)
	e := w.event(twofactor.MailReminder)
	gone := *e
	gone.Tenant = "never"
	found, err := w.store.Load(t.Context(), twofactor.Want{Key: twofactor.TenantKey(e.Tenant)})
	if err != nil {
		t.Fatal(err)
	}
	going := twofactor.Get[twofactor.Tenant](found, twofactor.TenantKey(e.Tenant))
	going.Deleting = true
	if err := w.store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{going}}); err != nil {
		t.Fatal(err)
	}
	before := w.store.Commits()
	for _, event := range []*twofactor.Event{e, &gone} {
		if err := w.notify.Handle(t.Context(), twofactor.Change{Event: event}); err != nil {
			t.Fatal(err)
		}
	}
	if w.store.Commits() != before {
		t.Error("something was written for a tenant that is going or gone")
	}
}
