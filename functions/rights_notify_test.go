package functions_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"sallyport/shared/dynamo"
	"sallyport/shared/memory"
	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

// shadowed is a store whose every call is made to the table too.
type shadowed struct {
	*memory.Store
	t     *testing.T
	table *dynamo.Store
}

func (s *shadowed) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	if _, err := s.table.Load(ctx, wants...); err != nil {
		s.t.Error(err)
	}
	return s.Store.Load(ctx, wants...)
}

func (s *shadowed) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	if _, err := s.table.List(ctx, q); err != nil {
		s.t.Error(err)
	}
	return s.Store.List(ctx, q)
}

func (s *shadowed) Commit(ctx context.Context, c twofactor.Commit) error {
	if err := s.Store.Commit(ctx, c); err != nil {
		return err
	}
	var heads []twofactor.Meta
	for _, record := range c.Put {
		heads = append(heads, *record.Header())
	}
	if err := s.table.Commit(ctx, c); err != nil {
		s.t.Error(err)
	}
	for i, record := range c.Put {
		*record.Header() = heads[i]
	}
	return nil
}

// post takes every mail.
type post struct{}

func (post) SendMail(context.Context, *twofactor.Mail, twofactor.Secret) error { return nil }

// notifyWorld is a tenant in which everything is to be done that notify does.
func notifyWorld(t *testing.T, store *memory.Store, now time.Time) {
	t.Helper()
	put := func(c twofactor.Commit) {
		t.Helper()
		if err := store.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	ann := twofactor.Ref{Tenant: "acme", User: "ann"}
	asks := &twofactor.Event{ID: twofactor.IDFloor(now), At: now, Type: twofactor.EventEnrolled, Tenant: "acme", User: "ann"}
	asks.AskMail(twofactor.MailEnrolled)
	put(twofactor.Commit{Put: []twofactor.Record{
		&twofactor.Tenant{ID: "acme", Name: "Acme"},
		&twofactor.Auth{Ref: ann, Role: twofactor.RoleUser, Incarnation: "1", Active: true},
		&twofactor.Reminder{Tenant: "acme", ID: "round", Kind: twofactor.MailReminder, State: twofactor.ReminderRunning, StartedAt: now},
		&twofactor.DeletionJob{Tenant: "acme", User: "bob", Incarnation: "1", StartedAt: now.Add(-27 * time.Hour)},
		&twofactor.ResetRequest{Ref: twofactor.Ref{Tenant: "acme", User: "bob"}, ID: "r", Incarnation: "1"},
		&twofactor.Mail{Tenant: "acme", User: "bob", ID: "m", State: twofactor.MailSent},
		&twofactor.Due{Ref: ann, Why: twofactor.DueLock, At: now.Add(-time.Minute)},
		&twofactor.DeletionJob{Tenant: "gone", Incarnation: "1", StartedAt: now.Add(-time.Hour)},
		&twofactor.Tenant{ID: "gone", Deleting: true, Incarnation: "1"},
	}})
	put(twofactor.Commit{Event: asks, Put: []twofactor.Record{&twofactor.Directory{Ref: ann, Email: "ann@acme.test"}}})
	for _, kind := range storetest.Kinds() {
		record := storetest.Sample(kind, "gone")
		if key := record.Key(); key.Tenant == "gone" && kind != twofactor.KindTenant && (kind != twofactor.KindDeletion || key.User != "") {
			put(twofactor.Commit{Put: []twofactor.Record{record}})
		}
	}
}

// notify may do all that it does, and little more.
func TestNotifyHasEveryRightThatItsWorkNeeds(t *testing.T) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	store := memory.New()
	notifyWorld(t, store, now)
	table, heard := listen(t)
	deps := twofactor.Deps{
		Store: &shadowed{Store: store, t: t, table: table}, Random: rand.Reader, Now: func() time.Time { return now },
	}
	notify := twofactor.NewNotify(deps, post{})
	for seq := uint64(0); ; {
		feed := store.Feed(seq, 1)
		if len(feed) == 0 {
			break
		}
		seq = feed[0].Seq
		if err := notify.Handle(t.Context(), feed[0].Change); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := notify.Scheduled(t.Context()); err != nil {
		t.Fatal(err)
	}
	mails, err := store.List(t.Context(), twofactor.Query{Kind: twofactor.KindMail, Tenant: "acme", Limit: 10})
	if err != nil || len(mails.Records) != 2 {
		t.Fatalf("%d mails, want one that was asked for and a reminder; %v", len(mails.Records), err)
	}
	for _, mail := range mails.Records {
		if err := notify.Returned(t.Context(), twofactor.Return{Mail: mail.Key(), Failure: "Bounce", Weight: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := notify.Recount(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	m := readTemplate(t)
	for r := range heard.heard {
		if !has(t, m, "notify", r) {
			t.Errorf("notify needs %s on %s in %q and may not", r.action, r.resource, r.partition)
		}
	}
	for _, r := range []right{
		{"dynamodb:Query", "${Table.Arn}/index/list", "acme#resets"},
		{"dynamodb:Query", "${Table.Arn}/index/list", "#mail#bulk"},
		{"dynamodb:Query", "Table.Arn", "#deletion"},
		{"dynamodb:PutItem", "Table.Arn", "acme##mail_health"},
		{"dynamodb:PutItem", "Table.Arn", "acme##event"},
		{"dynamodb:DeleteItem", "Table.Arn", "acme##reset_request"},
		{"dynamodb:DeleteItem", "Table.Arn", "gone"},
	} {
		if !heard.heard[r] {
			t.Errorf("nothing was done that needs %v", r)
		}
	}
	for _, r := range []right{{"dynamodb:PutItem", "Table.Arn", "acme#ann"}, {"dynamodb:PutItem", "Table.Arn", "#key"}, {"dynamodb:DeleteItem", "Table.Arn", "#root"}} {
		if has(t, m, "notify", r) {
			t.Errorf("notify may %s in %q", r.action, r.partition)
		}
	}
}
