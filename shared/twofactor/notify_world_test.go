package twofactor_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// letter is a mail as the post office saw it.
type letter struct {
	kind twofactor.MailKind
	to   string
	code twofactor.Secret
	vars map[string]string
}

// postOffice stands in for the mail service. Its answers are used up one by
// one; after them it takes everything.
type postOffice struct {
	mu      sync.Mutex
	taken   []letter
	tries   int
	answers []func() error
}

// SendMail implements twofactor.MailSender.
func (p *postOffice) SendMail(_ context.Context, m *twofactor.Mail, code twofactor.Secret) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries++
	if len(p.answers) > 0 {
		answer := p.answers[0]
		p.answers = p.answers[1:]
		if err := answer(); err != nil {
			return err
		}
	}
	p.taken = append(p.taken, letter{m.Kind, m.To, code, m.Vars})
	return nil
}

// to lists the addresses that got a mail of kind, sorted.
func (p *postOffice) to(kind twofactor.MailKind) []string {
	var to []string
	for _, l := range p.taken {
		if l.kind == kind {
			to = append(to, l.to)
		}
	}
	slices.Sort(to)
	return to
}

// idVault seals a code by writing the mail's id before it, so that a code
// opens under its own id alone.
type idVault struct{ down bool }

func (idVault) SealMail(_ context.Context, id string, text twofactor.Secret) (twofactor.SecretBytes, error) {
	return twofactor.SecretBytes(id + "|" + text.Reveal()), nil
}

func (v *idVault) OpenMail(_ context.Context, id string, sealed twofactor.SecretBytes) (twofactor.Secret, error) {
	text, ok := strings.CutPrefix(string(sealed.Reveal()), id+"|")
	if !ok || v.down {
		return "", errors.New("the vault is away")
	}
	return twofactor.Secret(text), nil
}

// outboxWorld is a store, a notify that reads its feed, and a clock.
type outboxWorld struct {
	t      *testing.T
	store  *memory.Store
	post   *postOffice
	vault  *idVault
	now    time.Time
	notify *twofactor.Notify
	seq    uint64
}

// newOutboxWorld has tenant "acme" with the user "jane".
func newOutboxWorld(t *testing.T) *outboxWorld {
	w := &outboxWorld{
		t: t, store: memory.New(), post: &postOffice{}, vault: &idVault{},
		now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
	w.notify = twofactor.NewNotify(twofactor.Deps{
		Store: w.store, MailVault: w.vault, Random: rand.Reader, Now: func() time.Time { return w.now },
	}, w.post)
	w.put(&twofactor.Tenant{ID: "acme", Name: "Acme", SupportEmail: "help@acme.test"})
	w.user("acme", "jane", "jane@acme.test")
	return w
}

// put writes records as they are, without an event.
func (w *outboxWorld) put(records ...twofactor.Record) {
	w.t.Helper()
	if err := w.store.Commit(w.t.Context(), twofactor.Commit{Put: records}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *outboxWorld) user(tenant, user, email string) *twofactor.Directory {
	w.t.Helper()
	entry := &twofactor.Directory{Ref: twofactor.Ref{Tenant: tenant, User: user}, Incarnation: "i-" + user, Email: email, Name: "Name of " + user}
	w.put(entry)
	return entry
}

// event makes an event about jane that asks for mails.
func (w *outboxWorld) event(kinds ...twofactor.MailKind) *twofactor.Event {
	w.t.Helper()
	id, err := twofactor.NewID(w.now, rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	e := &twofactor.Event{ID: id, At: w.now, Type: twofactor.EventEnrolled, Tenant: "acme", User: "jane", IP: "192.0.2.7"}
	e.AskMail(kinds...)
	return e
}

// happen commits an event about jane inside a record of hers.
func (w *outboxWorld) happen(e *twofactor.Event) {
	w.t.Helper()
	auth := &twofactor.Auth{Ref: twofactor.Ref{Tenant: "acme", User: "jane"}, Incarnation: "i-jane"}
	found, err := w.store.Load(w.t.Context(), twofactor.Want{Key: auth.Key()})
	if err != nil {
		w.t.Fatal(err)
	}
	if stored := twofactor.Get[twofactor.Auth](found, auth.Key()); stored != nil {
		auth = stored
	}
	if err := w.store.Commit(w.t.Context(), twofactor.Commit{Event: e, Put: []twofactor.Record{auth}}); err != nil {
		w.t.Fatal(err)
	}
}

// pump hands every change that is new to notify. One that fails is handed over
// again, as the stream does, ten times at most.
func (w *outboxWorld) pump() {
	w.t.Helper()
	for {
		page := w.store.Feed(w.seq, 100)
		if len(page) == 0 {
			return
		}
		for _, entry := range page {
			w.handle(entry.Change)
			w.seq = entry.Seq
		}
	}
}

func (w *outboxWorld) handle(change twofactor.Change) {
	w.t.Helper()
	var err error
	for range 10 {
		if err = w.survive(func() error { return w.notify.Handle(w.t.Context(), change) }); err == nil {
			return
		}
	}
	w.t.Fatalf("a change of %s was never handled: %v", change.Key.Kind, err)
}

var errCrash = errors.New("the function crashed")

// survive turns a panic into an error, as the end of a function instance.
func (w *outboxWorld) survive(call func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errCrash
		}
	}()
	return call()
}

// later moves the clock on and runs the schedule, and what follows from it.
func (w *outboxWorld) later(d time.Duration) (sent, failed int) {
	w.t.Helper()
	w.now = w.now.Add(d)
	sent, failed, err := w.notify.Due(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.pump()
	return sent, failed
}

// trail returns the types of the events that were filed for acme.
func (w *outboxWorld) trail() []*twofactor.EventRow {
	w.t.Helper()
	page, err := w.store.List(w.t.Context(), twofactor.Query{Kind: twofactor.KindEventRow, Tenant: "acme", Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	var rows []*twofactor.EventRow
	for _, record := range page.Records {
		rows = append(rows, record.(*twofactor.EventRow))
	}
	return rows
}

// mail returns one mail of the outbox, about jane or about nobody.
func (w *outboxWorld) mail(id string) *twofactor.Mail {
	w.t.Helper()
	about := (&twofactor.Mail{Tenant: "acme", User: "jane", ID: id}).Key()
	nobody := (&twofactor.Mail{Tenant: "acme", ID: id}).Key()
	found, err := w.store.Load(w.t.Context(), twofactor.Want{Key: about}, twofactor.Want{Key: nobody})
	if err != nil {
		w.t.Fatal(err)
	}
	mail := twofactor.Get[twofactor.Mail](found, about)
	if mail == nil {
		mail = twofactor.Get[twofactor.Mail](found, nobody)
	}
	if mail == nil {
		w.t.Fatalf("no mail %s", id)
	}
	return mail
}
