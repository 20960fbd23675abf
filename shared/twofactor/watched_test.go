package twofactor_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// watched is a rig whose changes are followed by notify.
type watched struct {
	*rig
	notify *twofactor.Notify
	post   *choosyPost
	seq    uint64
}

// choosyPost stands in for the mail service; refuse says which mails it does
// not take.
type choosyPost struct {
	mu     sync.Mutex
	taken  []twofactor.Mail
	refuse func(m *twofactor.Mail) error
}

// SendMail implements twofactor.MailSender.
func (p *choosyPost) SendMail(_ context.Context, m *twofactor.Mail, _ twofactor.Secret) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse != nil {
		if err := p.refuse(m); err != nil {
			return err
		}
	}
	p.taken = append(p.taken, *m)
	return nil
}

// count counts how often each address of a tenant got a mail of a kind.
func (p *choosyPost) count(tenant string, kind twofactor.MailKind) map[string]int {
	to := map[string]int{}
	for _, m := range p.taken {
		if m.Tenant == tenant && m.Kind == kind {
			to[m.To]++
		}
	}
	return to
}

func newWatched(t *testing.T) *watched {
	w := &watched{rig: newRig(t), post: &choosyPost{}}
	w.notify = twofactor.NewNotify(w.deps, w.post)
	return w
}

// fresh gives the changes that were not handed over yet.
func (w *watched) fresh() []memory.Entry {
	page := w.store.Feed(w.seq, 1<<20)
	if len(page) > 0 {
		w.seq = page[len(page)-1].Seq
	}
	return page
}

// pump hands every change to notify, again while it fails, as the stream does.
func (w *watched) pump() {
	w.t.Helper()
	for page := w.fresh(); len(page) > 0; page = w.fresh() {
		for _, entry := range page {
			w.handle(entry.Change)
		}
	}
}

func (w *watched) handle(change twofactor.Change) {
	w.t.Helper()
	var err error
	for range 20 {
		if err = w.survive(func() error { return w.notify.Handle(w.ctx, change) }); err == nil {
			return
		}
	}
	w.t.Fatalf("a change of %s was never handled: %v", change.Key.Kind, err)
}

func (w *watched) survive(call func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errCrash
		}
	}()
	return call()
}

// minutes lets the schedule run once a minute, n times; runs may fail.
func (w *watched) minutes(n int) {
	w.t.Helper()
	for range n {
		w.pass(time.Minute)
		_ = w.survive(func() error { _, _, err := w.notify.Scheduled(w.ctx); return err })
		w.pump()
	}
}

// crowd makes ordinary users.
func (w *watched) crowd(tenant string, n int) []twofactor.Ref {
	w.t.Helper()
	var refs []twofactor.Ref
	for i := range n {
		refs = append(refs, w.user(tenant, fmt.Sprintf("user-%03d", i)))
	}
	return refs
}

func (w *watched) summary(tenant string) twofactor.SummaryAnswer {
	w.t.Helper()
	answer, err := twofactor.NewUsers(w.deps).Summary(w.ctx, w.platform(), tenant, twofactor.SummaryQuery{})
	w.ok(err)
	return answer
}

// tally sums up a tenant user by user, as the list of users shows them.
func (w *watched) tally(tenant string) twofactor.Summary {
	w.t.Helper()
	var s twofactor.Summary
	cursor := ""
	for {
		views, next, err := twofactor.NewUsers(w.deps).List(w.ctx, w.platform(), tenant, twofactor.UserQuery{Cursor: cursor})
		w.ok(err)
		for _, view := range views {
			s.Users++
			switch view.State {
			case twofactor.StateActive:
				s.Active++
			case twofactor.StatePending:
				s.Pending++
			case twofactor.StateNotRequired:
				s.NotRequired++
			case twofactor.StateNotApplicable:
				s.NotApplicable++
			case twofactor.StateNotAvailable:
				s.NotAvailable++
			}
			if view.Locked != "" {
				s.Locked++
			}
			if view.ResetRequested {
				s.ResetRequested++
			}
		}
		if next == "" {
			return s
		}
		cursor = next
	}
}

func (w *watched) recount(tenant string) twofactor.RecountAnswer {
	w.t.Helper()
	answer, err := twofactor.NewCounts(w.deps).Recount(w.ctx, tenant)
	w.ok(err)
	return answer
}

// nowAndThen meets a third of all commits with a fault, never two in a row.
func nowAndThen(fault memory.Fault) func(int, twofactor.Commit) memory.Fault {
	random, failed := rand.New(rand.NewPCG(3, 4)), false
	return func(int, twofactor.Commit) memory.Fault {
		if failed = !failed && random.IntN(3) == 0; failed {
			return fault
		}
		return memory.NoFault
	}
}
