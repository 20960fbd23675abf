package twofactor_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// desk is a small world for what platforms and administrators do: a store, a
// clock, and API keys.
type desk struct {
	t     *testing.T
	ctx   context.Context
	store *memory.Store
	mu    sync.Mutex
	now   time.Time
	deps  twofactor.Deps
	// platform is a key with every scope for every tenant.
	platform *twofactor.APIKey
	// assertions is what ReadAssertion finds, by token.
	assertions map[twofactor.Secret]twofactor.Assertion
}

var everyScope = []twofactor.Scope{
	twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys,
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		t: t, ctx: t.Context(), store: memory.New(), now: time.Date(2031, 3, 4, 5, 6, 7, 0, time.UTC),
		platform:   &twofactor.APIKey{ID: "k1", Audience: "dash", Scopes: everyScope, Tenants: []string{"*"}},
		assertions: map[twofactor.Secret]twofactor.Assertion{},
	}
	d.deps = twofactor.Deps{
		Store: d.store, Now: d.clock, Random: rand.Reader, Issuer: "https://sallyport.example",
		Assertions: d, Tokens: &tokenBox{},
	}
	return d
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

// ReadAssertion implements twofactor.AssertionReader.
func (d *desk) ReadAssertion(_ context.Context, token twofactor.Secret) (twofactor.Assertion, error) {
	a, ok := d.assertions[token]
	if !ok {
		return a, twofactor.ErrBadToken
	}
	return a, nil
}

// tokenBox stands in for sealing: a token is the number of a box.
type tokenBox struct {
	mu     sync.Mutex
	tokens []twofactor.Token
}

// SealToken implements twofactor.Tokens.
func (b *tokenBox) SealToken(_ context.Context, t twofactor.Token) (twofactor.Secret, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = append(b.tokens, t)
	return twofactor.Secret(fmt.Sprintf("box-%d", len(b.tokens)-1)), nil
}

// OpenToken implements twofactor.Tokens.
func (b *tokenBox) OpenToken(_ context.Context, s twofactor.Secret, _ ...twofactor.TokenKind) (twofactor.Token, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var i int
	if _, err := fmt.Sscanf(s.Reveal(), "box-%d", &i); err != nil || i >= len(b.tokens) {
		return twofactor.Token{}, twofactor.ErrBadToken
	}
	return b.tokens[i], nil
}

// as is a call by the platform for an actor who has just authenticated.
func (d *desk) as(tenant, user string) twofactor.Caller {
	return twofactor.Caller{Key: d.platform, IP: "192.0.2.1", Actor: &twofactor.Actor{
		Ref: twofactor.Ref{Tenant: tenant, User: user}, AuthenticatedAt: d.clock(),
	}}
}

func (d *desk) plain() twofactor.Caller { return twofactor.Caller{Key: d.platform} }

// tenant makes a tenant with an active super admin called root.
func (d *desk) tenant(id string) {
	d.t.Helper()
	_, made, err := twofactor.NewTenants(d.deps).Put(d.ctx, d.plain(), twofactor.TenantInput{Tenant: id, Name: "Tenant " + id})
	d.ok(err)
	if !made {
		d.t.Fatalf("tenant %s was there already", id)
	}
	d.user(id, "root", twofactor.RoleSuperAdmin)
}

// client makes a client of a parent, with a super admin called root.
func (d *desk) client(id, parent string) {
	d.t.Helper()
	_, _, err := twofactor.NewTenants(d.deps).Put(d.ctx, d.as(parent, "root"),
		twofactor.TenantInput{Tenant: id, Name: "Client " + id, Parent: &parent})
	d.ok(err)
	d.user(id, "root", twofactor.RoleSuperAdmin)
}

func entry(id, role string) twofactor.UserInput {
	return twofactor.UserInput{ID: id, Email: id + "@example.com", Name: id, Role: role, SignIn: twofactor.SignInPassword}
}

func (d *desk) user(tenant, id, role string) twofactor.UserView {
	d.t.Helper()
	view, _, err := d.users().Put(d.ctx, d.plain(), tenant, entry(id, role))
	d.ok(err)
	return view
}

func (d *desk) users() *twofactor.Users       { return twofactor.NewUsers(d.deps) }
func (d *desk) policies() *twofactor.Policies { return twofactor.NewPolicies(d.deps) }
func (d *desk) resets() *twofactor.Resets     { return twofactor.NewResets(d.deps) }

// enrolled gives a user a factor, as an enrolment would.
func (d *desk) enrolled(tenant, id string) {
	d.t.Helper()
	auth := d.auth(tenant, id)
	auth.Generation++
	auth.Factor = &twofactor.Factor{Secret: twofactor.SecretBytes("sealed"), EnrolledAt: d.clock()}
	auth.ResetMark = false
	d.put(auth)
}

func (d *desk) put(records ...twofactor.Record) {
	d.t.Helper()
	d.ok(d.store.Commit(d.ctx, twofactor.Commit{Put: records}))
}

func (d *desk) auth(tenant, id string) *twofactor.Auth {
	d.t.Helper()
	auth := read[twofactor.Auth](d, twofactor.AuthKey(twofactor.Ref{Tenant: tenant, User: id}))
	if auth == nil {
		d.t.Fatalf("there is no user %s/%s", tenant, id)
	}
	return auth
}

func read[T any, P interface {
	*T
	twofactor.Record
}](d *desk, key twofactor.Key) P {
	d.t.Helper()
	found, err := d.store.Load(d.ctx, twofactor.Want{Key: key})
	d.ok(err)
	return twofactor.Get[T, P](found, key)
}

// policy saves what change makes of the policy, past all guards.
func (d *desk) policy(tenant string, change func(*twofactor.Policy)) {
	d.t.Helper()
	record := read[twofactor.Tenant](d, twofactor.TenantKey(tenant))
	change(&record.Policy.Policy)
	record.Policy.Number++
	d.put(record)
}

// lastEvent is the event of the last commit.
func (d *desk) lastEvent() *twofactor.Event {
	d.t.Helper()
	var last *twofactor.Event
	for _, e := range d.store.Feed(0, 1<<20) {
		if e.Event != nil {
			last = e.Event
		}
	}
	return last
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatalf("unexpected error: %v", err)
	}
}

// refused demands a refusal with this code; "" demands success.
func (d *desk) refused(err error, want twofactor.Code) {
	d.t.Helper()
	if got := twofactor.CodeOf(err); got != want {
		d.t.Fatalf("got %q (%v), want %q", got, err, want)
	}
}

// idempotent adds an Idempotency-Key to a call.
func idempotent(c twofactor.Caller, key, body string) twofactor.Caller {
	sum := sha256.Sum256([]byte(body))
	c.Once = &twofactor.Once{ID: key, BodyHash: sum[:], Render: func(any) (int, []byte, error) {
		return 200, []byte("first answer"), nil
	}}
	return c
}
