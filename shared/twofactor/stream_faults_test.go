package twofactor_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// filedOnce demands that the trail of a tenant, walked to its end, holds every
// event exactly once.
func (w *watched) filedOnce(tenant string) {
	w.t.Helper()
	times := map[string]int{}
	ids, _ := w.follow(tenant, twofactor.EventQuery{})
	for _, id := range ids {
		times[id]++
	}
	happened := w.happened(tenant)
	if len(happened) != len(ids) || len(happened) == 0 {
		w.t.Errorf("%d events happened, %d are filed", len(happened), len(ids))
	}
	for _, id := range happened {
		if times[id] != 1 {
			w.t.Errorf("event %s is filed %d times", id, times[id])
		}
	}
}

func TestFT05ChangesThatComeThriceOverlappingAndOutOfOrderAreFiledAndMailedOnce(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	changes := w.fresh()
	random := rand.New(rand.NewPCG(5, 6))
	thrice := append(append(changes[:len(changes):len(changes)], changes...), changes...)
	random.Shuffle(len(thrice), func(i, j int) { thrice[i], thrice[j] = thrice[j], thrice[i] })
	for _, entry := range thrice {
		w.handle(entry.Change)
	}
	w.pump()
	w.minutes(3)
	w.filedOnce("acme")
	asked := 0
	for _, kind := range []twofactor.MailKind{twofactor.MailEnrolled, twofactor.MailResetRequested} {
		for to, times := range w.post.count("acme", kind) {
			asked++
			if times != 1 {
				t.Errorf("%s got %d mails %s", to, times, kind)
			}
		}
	}
	if asked != 4 {
		t.Errorf("%d people were told of three enrolments and one request", asked)
	}
}

func TestFT18AFeedOfAWeekThatIsPlayedAgainChangesNothing(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	w.pump()
	w.remind("acme")
	w.pump()
	w.minutes(5)
	week := w.store.Feed(0, 1<<20)
	w.pass(7 * 24 * time.Hour)
	w.minutes(2)
	mails, trail, summary := len(w.post.taken), len(w.happened("acme")), w.summary("acme").Summary
	for _, entry := range week {
		w.handle(entry.Change)
	}
	w.minutes(5)
	if len(w.post.taken) != mails || len(w.happened("acme")) != trail || w.summary("acme").Summary != summary {
		t.Errorf("%d mails became %d, %d events %d, %+v %+v", mails, len(w.post.taken),
			trail, len(w.happened("acme")), summary, w.summary("acme").Summary)
	}
	w.filedOnce("acme")
	w.agrees("after the week was played again")
}

func TestFT09AMailServiceThatIsDownForAnHourDelaysMailsAndNoSignIn(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	down := true
	w.post.refuse = func(*twofactor.Mail) error {
		if down {
			return errors.New("the mail service did not answer")
		}
		return nil
	}
	phone := w.enrol(w.user("acme", "ann"))
	w.pump()
	w.minutes(60)
	w.nextStep()
	_, err := w.code(phone.ref, twofactor.MethodTOTP, phone.code(w.clock()))
	w.ok(err)
	if len(w.post.taken) != 0 {
		t.Fatal("a mail went while the service was down")
	}
	down = false
	w.minutes(121)
	w.eachOnce("acme", twofactor.MailEnrolled, 1)
	w.filedOnce("acme")
}

func TestFT07AChangeThatCannotBeHandledTouchesNoOther(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	poison := 0
	for i, entry := range w.fresh() {
		if change := entry.Change; i >= 20 && poison == 0 && change.Event != nil {
			poison++
			change.Event.Detail = map[string]string{twofactor.DetailMail: "a kind of the future"}
			if w.notify.Handle(w.ctx, change) == nil {
				t.Error("the poison was swallowed")
			}
			continue
		}
		w.handle(entry.Change)
	}
	w.pump()
	ids, _ := w.follow("acme", twofactor.EventQuery{})
	if want := len(w.happened("acme")) - 1; poison != 1 || len(ids) != want {
		t.Errorf("%d poisoned, %d events are filed, want %d", poison, len(ids), want)
	}
	w.agrees("beside the poison")
}

func TestLG06EveryDecisionAndEveryAdminActionIsInTheTrailOnce(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	phone := w.enrol(w.user("acme", "zoe"))
	_, err := w.code(phone.ref, twofactor.MethodTOTP, phone.code(w.clock()))
	w.ok(err)
	_ = w.miss(phone, 1)
	w.signIn(twofactor.Ref{Tenant: "acme", User: "user-007"})
	w.pump()
	w.filedOnce("acme")
	for _, kind := range []twofactor.EventType{
		twofactor.EventLoginAllowed, twofactor.EventCodeAccepted, twofactor.EventCodeWrong, twofactor.EventEnrolled,
		twofactor.EventRequirementSet, twofactor.EventFactorReset, twofactor.EventUserDeleted, twofactor.EventResetRequested,
	} {
		if ids, _ := w.follow("acme", twofactor.EventQuery{Type: kind}); len(ids) == 0 {
			t.Errorf("no event %s is filed", kind)
		}
	}
}
