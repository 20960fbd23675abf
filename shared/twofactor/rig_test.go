package twofactor_test

import (
	"context"
	"encoding/base32"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/seal"
	"sallyport/shared/totp"
	"sallyport/shared/twofactor"
)

// rig is the service with its real parts: the embedded store, keys under a
// root key from a file, a clock that stands until it is moved, and a source of
// randomness that gives the same bytes in every run.
type rig struct {
	t      testing.TB
	ctx    context.Context
	store  *memory.Store
	root   *seal.FileRoot
	random io.Reader

	mu  sync.Mutex
	now time.Time

	instance
	key *twofactor.APIKey
}

// instance is one running copy of the functions: it remembers nothing that
// counts.
type instance struct {
	keeper *seal.Keeper
	vault  *countingVault
	signer *switchedSigner
	deps   twofactor.Deps
	verify *twofactor.Verify
	enroll *twofactor.Enroll
	people *twofactor.People
}

func newRig(t testing.TB) *rig {
	t.Helper()
	root, err := seal.NewFileRoot(filepath.Join(t.TempDir(), "root.key"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{
		t: t, ctx: t.Context(), store: memory.New(), root: root,
		random: &lockedReader{from: rand.NewChaCha8([32]byte([]byte("the same bytes in every test run")))},
		now:    time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC),
	}
	r.instance = r.start()
	operate := twofactor.NewOperate(r.deps, r.keeper)
	_, err = operate.Run(r.ctx, twofactor.OperateInput{Do: twofactor.OperatePrepare})
	r.ok(err)
	r.key = r.newKey("dash")
	return r
}

// start begins a new instance on the same store, as after a cold start.
func (r *rig) start() instance {
	keeper := seal.New(seal.Options{
		Loader: r.store, Root: r.root, Now: r.clock, Report: func(twofactor.RootPurpose, error) {},
		Issuer: "https://sallyport.example",
	})
	i := instance{keeper: keeper, vault: &countingVault{Vault: keeper}, signer: &switchedSigner{Signer: keeper}}
	i.deps = twofactor.Deps{
		Store: r.store, Vault: i.vault, MailVault: keeper, Tokens: keeper, Signer: i.signer, Assertions: keeper,
		Now: r.clock, Random: r.random, Issuer: "https://sallyport.example",
	}
	i.verify, i.enroll = twofactor.NewVerify(i.deps), twofactor.NewEnroll(i.deps)
	i.people = twofactor.NewPeople(i.deps, twofactor.NewKeys(i.deps))
	return i
}

type lockedReader struct {
	mu   sync.Mutex
	from io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from.Read(p)
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) { r.moveTo(r.clock().Add(d)) }

func (r *rig) moveTo(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = at
}

// nextStep moves to the beginning of the next time step: a code that was not
// used yet.
func (r *rig) nextStep() {
	r.moveTo(r.clock().Truncate(totp.Period * time.Second).Add(totp.Period * time.Second))
}

func (r *rig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("unexpected error: %v", err)
	}
}

// refused demands a refusal with one of these codes.
func (r *rig) refused(err error, codes ...twofactor.Code) {
	r.t.Helper()
	for _, code := range codes {
		if err != nil && twofactor.CodeOf(err) == code {
			return
		}
	}
	r.t.Fatalf("got %v, want %v", err, codes)
}

// newKey makes an API key with every scope for every tenant.
func (r *rig) newKey(audience string) *twofactor.APIKey {
	r.t.Helper()
	made, err := twofactor.NewOperate(r.deps, r.keeper).Run(r.ctx, twofactor.OperateInput{
		Do: twofactor.OperateCreateKey, Name: audience, Audience: audience, Scopes: everyScope, Tenants: []string{"*"},
	})
	r.ok(err)
	key, err := twofactor.NewKeys(r.deps).Authenticate(r.ctx, made.Key)
	r.ok(err)
	return key
}

func (r *rig) platform() twofactor.Caller { return twofactor.Caller{Key: r.key, IP: "192.0.2.7"} }

// admin is a call for the tenant's super admin, who has just authenticated.
func (r *rig) admin(tenant string) twofactor.Caller {
	return twofactor.Caller{Key: r.key, Actor: &twofactor.Actor{
		Ref: twofactor.Ref{Tenant: tenant, User: "root"}, AuthenticatedAt: r.clock(),
	}}
}

// person is a call with a person's token, as the HTTP layer makes it.
func (r *rig) person(token twofactor.Secret) twofactor.Caller {
	r.t.Helper()
	opened, err := r.people.Authenticate(r.ctx, token)
	r.ok(err)
	return twofactor.Caller{Person: opened, IP: "198.51.100.9", UserAgent: "test"}
}

// tenant makes a tenant with a super admin called root.
func (r *rig) tenant(id string, changes ...func(*twofactor.Policy)) {
	r.t.Helper()
	_, _, err := twofactor.NewTenants(r.deps).Put(r.ctx, r.platform(), twofactor.TenantInput{Tenant: id, Name: "Tenant " + id})
	r.ok(err)
	_, _, err = twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), id, entry("root", twofactor.RoleSuperAdmin))
	r.ok(err)
	r.policy(id, changes...)
}

// policy changes the policy past all guards.
func (r *rig) policy(tenant string, changes ...func(*twofactor.Policy)) {
	r.t.Helper()
	record := stored[twofactor.Tenant](r, twofactor.TenantKey(tenant))
	for _, change := range changes {
		change(&record.Policy.Policy)
	}
	if wrong := record.Policy.Validate(); len(wrong) > 0 {
		r.t.Fatalf("no such policy: %v", wrong)
	}
	r.put(record)
}

func (r *rig) put(records ...twofactor.Record) {
	r.t.Helper()
	r.ok(r.store.Commit(r.ctx, twofactor.Commit{Put: records}))
}

func stored[T any, P interface {
	*T
	twofactor.Record
}](r *rig, key twofactor.Key) P {
	r.t.Helper()
	found, err := r.store.Load(r.ctx, twofactor.Want{Key: key})
	r.ok(err)
	return twofactor.Get[T, P](found, key)
}

func (r *rig) auth(ref twofactor.Ref) *twofactor.Auth {
	r.t.Helper()
	return stored[twofactor.Auth](r, twofactor.AuthKey(ref))
}

// user makes an ordinary user, with a mail address.
func (r *rig) user(tenant, id string) twofactor.Ref {
	r.t.Helper()
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), tenant, entry(id, twofactor.RoleUser))
	r.ok(err)
	return twofactor.Ref{Tenant: tenant, User: id}
}

// phone is what a person holds after an enrolment.
type phone struct {
	ref    twofactor.Ref
	secret []byte
	codes  []twofactor.Secret
}

// code is what the app shows now, or that many steps away.
func (p phone) code(now time.Time, steps ...int) twofactor.Secret {
	step := totp.Step(now)
	for _, s := range steps {
		step += uint64(int64(s))
	}
	return twofactor.Secret(totp.Code(p.secret, step))
}

// wrong is six digits that are right in no step near now.
func (p phone) wrong(now time.Time) twofactor.Secret {
	for _, code := range []string{"000000", "111111", "222222", "333333", "444444", "555555"} {
		if _, ok := totp.Match(p.secret, code, now, 2); !ok {
			return twofactor.Secret(code)
		}
	}
	panic("six codes in a window of five")
}

func decodeSecret(t testing.TB, shown twofactor.Secret) []byte {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(shown.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// enrol gives a user a factor through the person's own calls, and moves to the
// next step, because the code that confirmed is spent.
func (r *rig) enrol(ref twofactor.Ref) phone {
	r.t.Helper()
	p, _ := r.enrolWith(r.selfService(ref))
	p.ref = ref
	r.nextStep()
	return p
}

// enrolWith goes through begin, confirm and complete with one token.
func (r *rig) enrolWith(token twofactor.Secret) (phone, twofactor.CompleteAnswer) {
	r.t.Helper()
	shown, err := r.enroll.Begin(r.ctx, r.person(token), twofactor.ProofInput{})
	r.ok(err)
	p := phone{ref: r.person(token).Person.Ref, secret: decodeSecret(r.t, shown.Secret)}
	p.codes, err = r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock()))
	r.ok(err)
	done, err := r.enroll.Complete(r.ctx, r.person(token), true)
	r.ok(err)
	return p, done
}

func (r *rig) selfService(ref twofactor.Ref) twofactor.Secret {
	r.t.Helper()
	answer, err := r.verify.SelfService(r.ctx, r.platform(), ref, twofactor.SelfServiceInput{})
	r.ok(err)
	return answer.Token
}

// signIn asks what a password login of a user needs.
func (r *rig) signIn(ref twofactor.Ref, changes ...func(*twofactor.LoginInput)) twofactor.LoginAnswer {
	r.t.Helper()
	in := twofactor.LoginInput{
		User:  twofactor.LoginUser{ID: ref.User},
		First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
	}
	for _, change := range changes {
		change(&in)
	}
	answer, err := r.verify.Login(r.ctx, r.platform(), ref.Tenant, in)
	r.ok(err)
	return answer
}

// code gives one code to verify, in a login of its own.
func (r *rig) code(ref twofactor.Ref, method twofactor.Method, code twofactor.Secret) (twofactor.VerifyAnswer, error) {
	r.t.Helper()
	return r.codeAt(r.signIn(ref).Login, method, code)
}

func (r *rig) codeAt(login twofactor.Secret, method twofactor.Method, code twofactor.Secret) (twofactor.VerifyAnswer, error) {
	r.t.Helper()
	return r.verify.Code(r.ctx, r.person(login), twofactor.CodeInput{Method: method, Code: code})
}

// miss gives n wrong codes, each once the lock of the one before is over, and
// returns what the last one got.
func (r *rig) miss(p phone, n int) error {
	r.t.Helper()
	var err error
	for range n {
		_, err = r.code(p.ref, twofactor.MethodTOTP, p.wrong(r.clock()))
	}
	return err
}

// asked counts the events that asked for a kind of mail.
func (r *rig) asked(kind twofactor.MailKind) int {
	n := 0
	for _, e := range r.events() {
		for word := range strings.SplitSeq(e.Detail[twofactor.DetailMail], ",") {
			if word == string(kind) {
				n++
			}
		}
	}
	return n
}

// events are all events so far, oldest first.
func (r *rig) events() []*twofactor.Event {
	var all []*twofactor.Event
	for _, entry := range r.store.Feed(0, 1<<20) {
		if entry.Event != nil {
			all = append(all, entry.Event)
		}
	}
	return all
}

func (r *rig) read(assertion twofactor.Secret) twofactor.Assertion {
	r.t.Helper()
	a, err := r.keeper.ReadAssertion(r.ctx, assertion)
	r.ok(err)
	return a
}
