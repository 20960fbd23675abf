package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// chapter is one thing that happened, of one tenant.
type chapter struct{ tenant, line string }

// machine is the service and the model side by side.
type machine struct {
	*world
	t       *rapid.T
	keys    []*key
	tenants map[string]*tenant
	// order are the tenants' ids as they were made.
	order      []string
	tokens     []*token
	assertions []*assertion
	cookies    []*cookie
	// redeemed are the logins whose assertion was redeemed.
	redeemed map[string]bool
	// story is what happened, as the trail must tell it.
	story []chapter
	// stage are the tenants that the story is about, touched those that the
	// last action was about.
	stage, touched []string
	acts           int
	// onces counts the Idempotency-Keys.
	onces int
	calls int
	// mails are those that must have gone since the last look.
	mails []string
	reach *reach
}

// newMachine makes a parent with one client, and a tenant that stands alone,
// each with a super admin.
func newMachine(t *rapid.T, root *seal.FileRoot, all *reach) *machine {
	m := &machine{world: newWorld(t, root), t: t, reach: all, tenants: map[string]*tenant{}, redeemed: map[string]bool{}}
	m.keys = []*key{
		{audience: "dashboard", scopes: everyScope, tenants: []string{"*"}},
		{audience: "door", scopes: []twofactor.Scope{twofactor.ScopeLogin}, tenants: []string{"*"}},
		{audience: "parents", scopes: everyScope, tenants: []string{"parent"}},
		{audience: "directory", scopes: []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers}, tenants: []string{"*"}},
	}
	for _, k := range m.keys {
		m.newKey(t, k)
	}
	m.seq = m.store.Feed(0, 1<<20)[len(m.store.Feed(0, 1<<20))-1].Seq
	for _, id := range []string{"alone", "parent"} {
		m.putTenant(call{key: m.keys[0]}, id, "Tenant "+id, nil)
		m.addRoot(id)
	}
	parent := "parent"
	m.putTenant(m.by(m.keys[0], "parent", "root"), "client", "Client", &parent)
	m.addRoot("client")
	m.set()
	return m
}

// set begins a story: who it is about, and with which policies.
func (m *machine) set() {
	m.stage = pick(m, "stage", []string{"alone"}, []string{"client", "parent"}, []string{"client", "alone"})
	for _, tenant := range m.stage {
		if m.oneIn(4, "nobody has begun") {
			continue
		}
		if tok := m.selfService(m.keys[0], tenant, "root"); tok != nil {
			m.enrolWith(tok)
		}
		t := m.tenants[tenant]
		policy := t.policy
		for range 6 {
			m.changeMember(&policy)
		}
		if m.oneIn(2, "devices are remembered") {
			policy.RememberDeviceDays = 30
		}
		m.putPolicy(m.by(m.keys[0], tenant, "root"), tenant, policy, t.version)
	}
}

func (m *machine) addRoot(tenant string) {
	m.putUser(call{key: m.keys[0]}, tenant, entry{
		id: "root", email: "root@" + tenant + ".example", role: twofactor.RoleSuperAdmin,
		signIn: twofactor.SignInPassword, active: true,
	})
}

// by is a call on behalf of somebody who has just authenticated.
func (m *machine) by(k *key, tenant, user string) call {
	c := call{key: k, actor: &twofactor.Ref{Tenant: tenant, User: user}, at: m.now}
	for _, a := range slices.Backward(m.assertions) {
		if a.user.ref() == *c.actor {
			c.shown = a
			break
		}
	}
	return c
}

// user is who stands in the directory now; nil for nobody.
func (m *machine) user(ref twofactor.Ref) *user {
	t := m.tenants[ref.Tenant]
	if t == nil {
		return nil
	}
	return t.users[ref.User]
}

// agree compares one answer of the service with the refusals that the model
// allows; it reports whether the call was done.
func (m *machine) agree(err error, want refusals, what string, args ...any) bool {
	m.t.Helper()
	m.calls++
	m.reach.ended(what, err)
	what = fmt.Sprintf(what, args...)
	m.t.Logf("%s  %s: %v", m.now.Format("2006-01-02 15:04:05"), what, errorWord(err))
	if len(want) == 0 && err == nil {
		m.afterCall()
		return true
	}
	if err == nil || !slices.Contains(want, twofactor.CodeOf(err)) {
		m.t.Fatalf("%s: the service says %q (%v), the model %q", what, twofactor.CodeOf(err), err, want)
	}
	m.afterCall()
	return false
}

func errorWord(err error) string {
	if err == nil {
		return "done"
	}
	return string(twofactor.CodeOf(err))
}

// afterCall lets the stream run, and a second pass.
func (m *machine) afterCall() { m.deliver(m.t) }

// same compares one member of an answer.
func (m *machine) same(what string, got, want any) {
	m.t.Helper()
	if at, ok := got.(time.Time); ok {
		got = stamp(at)
	}
	if at, ok := want.(time.Time); ok {
		want = stamp(at)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		m.t.Fatalf("%s: the service says %v, the model %v", what, got, want)
	}
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// tell adds to the story what the trail must hold of one change.
func (m *machine) tell(kind twofactor.EventType, ref twofactor.Ref, actor *twofactor.Ref, k *key, details ...string) {
	m.reach.events[kind]++
	m.story = append(m.story, chapter{ref.Tenant, line(m.now, kind, ref.Tenant, ref.User, actor, k.real.ID, details)})
}

func line(at time.Time, kind twofactor.EventType, tenant, user string, actor *twofactor.Ref, key string, details []string) string {
	by := "-"
	if actor != nil {
		by = actor.Tenant + "/" + actor.User
	}
	return fmt.Sprintf("%s %s %s/%s by %s with %s %s", stamp(at), kind, tenant, user, by, key, strings.Join(details, " "))
}
