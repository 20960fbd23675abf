package model

import (
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/memory"
	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// world is the service with its real parts: the embedded store, keys under a
// root key from a file, and a clock and a randomness of the test. Its feed is
// handed to notify after every call.
type world struct {
	ctx   context.Context
	store *memory.Store
	now   time.Time
	deps  twofactor.Deps
	post  *post
	seq   uint64

	tenants  *twofactor.Tenants
	users    *twofactor.Users
	policies *twofactor.Policies
	verify   *twofactor.Verify
	enroll   *twofactor.Enroll
	resets   *twofactor.Resets
	people   *twofactor.People
	apiKeys  *twofactor.Keys
	notify   *twofactor.Notify
}

// post takes every mail, and remembers the last secret that it carried to
// each mailbox, by kind.
type post struct {
	carried map[twofactor.MailKind]twofactor.Secret
	to      map[twofactor.MailKind]string
	// sent are all of them, as kind and address.
	sent []string
}

// SendMail implements twofactor.MailSender.
func (p *post) SendMail(_ context.Context, m *twofactor.Mail, secret twofactor.Secret) error {
	p.sent = append(p.sent, string(m.Kind)+" to "+m.To)
	if secret != "" {
		p.carried[m.Kind], p.to[m.Kind] = secret, m.To
	}
	return nil
}

// dice is a randomness for several at a time.
type dice struct {
	mu   sync.Mutex
	from io.Reader
}

// Read implements io.Reader.
func (d *dice) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.from.Read(p)
}

var everyScope = []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys}

func newWorld(t *rapid.T, root *seal.FileRoot) *world {
	w := &world{
		ctx: context.Background(), store: memory.New(), now: time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC),
		post: &post{carried: map[twofactor.MailKind]twofactor.Secret{}, to: map[twofactor.MailKind]string{}},
	}
	clock := func() time.Time { return w.now }
	keeper := seal.New(seal.Options{Loader: w.store, Root: root, Now: clock, Issuer: "https://sallyport.example"})
	random := &dice{from: rand.NewChaCha8([32]byte([]byte("the same bytes in every test run")))}
	w.deps = twofactor.Deps{
		Store: w.store, Vault: keeper, MailVault: keeper, Tokens: keeper, Signer: keeper, Assertions: keeper,
		Now: clock, Random: random, Issuer: "https://sallyport.example",
	}
	operate := twofactor.NewOperate(w.deps, keeper)
	_, err := operate.Run(w.ctx, twofactor.OperateInput{Do: twofactor.OperatePrepare})
	must(t, err)
	w.tenants, w.users = twofactor.NewTenants(w.deps), twofactor.NewUsers(w.deps)
	w.policies, w.resets = twofactor.NewPolicies(w.deps), twofactor.NewResets(w.deps)
	w.verify, w.enroll = twofactor.NewVerify(w.deps), twofactor.NewEnroll(w.deps)
	w.apiKeys = twofactor.NewKeys(w.deps)
	w.people = twofactor.NewPeople(w.deps, w.apiKeys)
	w.notify = twofactor.NewNotify(w.deps, w.post)
	return w
}

// newKey makes an API key as the operator does.
func (w *world) newKey(t *rapid.T, k *key) {
	operate := twofactor.NewOperate(w.deps, w.deps.Vault.(*seal.Keeper))
	made, err := operate.Run(w.ctx, twofactor.OperateInput{
		Do: twofactor.OperateCreateKey, Name: k.audience, Audience: k.audience, Scopes: k.scopes, Tenants: k.tenants,
	})
	must(t, err)
	k.real, err = twofactor.NewKeys(w.deps).Authenticate(w.ctx, made.Key)
	must(t, err)
}

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("the world cannot be made: %v", err)
	}
}

// deliver hands every new change to notify, every third one twice, as the
// stream may.
func (w *world) deliver(t *rapid.T) {
	for {
		entries := w.store.Feed(w.seq, 100)
		if len(entries) == 0 {
			return
		}
		for _, entry := range entries {
			for range 1 + entry.Seq%3/2 {
				if err := w.notify.Handle(w.ctx, entry.Change); err != nil {
					t.Fatalf("notify: %v", err)
				}
			}
			w.seq = entry.Seq
		}
	}
}
