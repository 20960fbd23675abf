package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// putTenant makes or changes a tenant.
func (m *machine) putTenant(c call, id, name string, parent *string) {
	t := m.tenants[id]
	if t != nil && t.gone {
		t = nil
	}
	want := m.mayPutTenant(c, t, parent)
	made := t == nil
	_, created, err := m.world.tenants.Put(m.ctx, c.real(), twofactor.TenantInput{Tenant: id, Name: name, Parent: parent})
	if t == nil && len(want) == 0 {
		t = &tenant{
			id: id, policy: twofactor.DefaultPolicy(), version: 1,
			users: map[string]*user{}, graves: map[string]*grave{},
		}
		actor := c.actor
		if parent != nil {
			t.parent = m.tenants[*parent]
		} else {
			actor = nil
		}
		if m.tenants[id] == nil {
			m.order = append(m.order, id)
		}
		m.tenants[id] = t
		m.tell(twofactor.EventTenantCreated, twofactor.Ref{Tenant: id}, actor, c.key)
		t.name = name
	}
	if !m.agree(err, want, "put tenant %s", id) {
		return
	}
	m.same("a tenant was made", created, made)
	if t.name != name {
		t.name = name
		m.tell(twofactor.EventTenantChanged, twofactor.Ref{Tenant: id}, c.actor, c.key)
	}
}

func (m *machine) mayPutTenant(c call, t *tenant, parent *string) refusals {
	writes := need{scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{twofactor.PermPolicyWrite}, actor: true}
	if t == nil && parent == nil {
		var r refusals
		r.add(c.key.tenants[0] != "*", twofactor.CodeTenantNotFound)
		r.add(!c.key.has(twofactor.ScopeAdmin), twofactor.CodeForbidden)
		return r
	}
	if t == nil {
		r := m.admits(c, m.tenants[*parent], writes)
		r.add(m.tenants[*parent] != nil && m.tenants[*parent].parent != nil, twofactor.CodeInvalid)
		return r
	}
	writes.recent = true
	r := m.admits(c, t, writes)
	if t.deleting && c.key.reaches(t) {
		return refusals{twofactor.CodeDeleting, twofactor.CodeTenantNotFound, twofactor.CodeForbidden}
	}
	r.add(parent != nil && (t.parent == nil || t.parent.id != *parent), twofactor.CodeInvalid)
	return r
}

// deleteTenant ends a tenant: from now on nothing works there.
func (m *machine) deleteTenant(c call, id string) {
	t := m.tenants[id]
	want := m.admits(c, t, need{
		scope: twofactor.ScopeAdmin, perms: []twofactor.Permission{twofactor.PermPolicyWrite}, actor: true, recent: true,
	})
	if t.deleting && !t.gone && c.key.reaches(t) {
		want = refusals{twofactor.CodeTenantNotFound, twofactor.CodeForbidden}
	}
	want.add(!t.deleting && m.clients(t) > 0, twofactor.CodeHasClients)
	already, err := m.world.tenants.Delete(m.ctx, c.real(), id)
	if t.deleting && already {
		want = nil
	}
	if m.agree(err, want, "delete tenant %s", id) && !already {
		t.deleting, t.ended = true, m.now
		m.tell(twofactor.EventTenantDeleted, twofactor.Ref{Tenant: id}, c.actor, c.key)
	}
}

// sweep removes what deleted tenants and users have left, once their minute is
// over: of a user it is his requests at the desk.
func (m *machine) sweep() {
	deletions := twofactor.NewDeletions(m.deps)
	_, err := deletions.Run(m.ctx)
	if err != nil {
		// A run that finds a deletion days old says so, and ends it all the
		// same: the next one has nothing to say.
		_, err = deletions.Run(m.ctx)
	}
	if err != nil {
		m.t.Fatalf("sweep: %v", err)
	}
	m.deliver(m.t)
	for id, t := range m.tenants {
		t.papers = slices.DeleteFunc(t.papers, func(p *paper) bool {
			return !p.user.ended.IsZero() && m.now.Sub(p.user.ended) >= time.Minute
		})
		if !t.deleting || t.gone || m.now.Sub(t.ended) < time.Minute {
			continue
		}
		t.gone = true
		m.story = slices.DeleteFunc(m.story, func(c chapter) bool { return c.tenant == id })
	}
}

// entry is a directory entry as a platform puts it. At a login, members can
// be left out.
type entry struct {
	id, email, name, role string
	signIn                twofactor.SignIn
	active                bool
	// without says which members a login leaves out.
	noEmail, noName, noRole bool
}

// putUser makes or replaces a user.
func (m *machine) putUser(c call, tenant string, in entry) {
	t := m.tenants[tenant]
	want := m.admits(c, t, need{scope: twofactor.ScopeUsers})
	var next *user
	if len(want) == 0 {
		next, want = m.keeps(c, t, in, true)
	}
	_, created, err := m.users.Put(m.ctx, c.real(), tenant, twofactor.UserInput{
		ID: in.id, Email: in.email, Name: in.name, Role: in.role, SignIn: in.signIn, Active: &in.active,
	})
	before := (*user)(nil)
	if t != nil {
		before = t.users[in.id]
	}
	if m.agree(err, want, "put user %s/%s %s %s %s active=%v", tenant, in.id, in.email, in.role, in.signIn, in.active) {
		m.same("a user was made", created, before == nil)
		m.keep(c, t, before, next)
	}
}

// keeps is the user as an entry makes him, and what forbids it.
func (m *machine) keeps(c call, t *tenant, in entry, replace bool) (*user, refusals) {
	before := t.users[in.id]
	next := m.newUser(t, in)
	if before != nil {
		copied := *before
		next = &copied
		next.mailboxes = append([]mailbox{}, before.mailboxes...)
	}
	if !in.noName {
		next.name = in.name
	}
	if !in.noRole {
		next.role = in.role
	}
	if replace {
		next.active, next.signIn = in.active, in.signIn
	}
	if !in.noEmail && in.email != next.email() {
		next.setEmail(in.email, m.now)
	}
	var r refusals
	given := before == nil || before.role != next.role
	r.add(given && t.holdsAny(next.role) && !c.key.has(twofactor.ScopeAdmin), twofactor.CodeForbidden)
	r.add(t.losesLast(t.deciders(t.policy), t.decidersWith(next)), twofactor.CodeLastAdministrator)
	return next, r
}

// decidersWith counts as if the user were this one.
func (t *tenant) decidersWith(next *user) int {
	as := &tenant{policy: t.policy, users: map[string]*user{}}
	for id, u := range t.users {
		as.users[id] = u
	}
	as.users[next.id] = next
	return as.deciders(t.policy)
}

// newUser is somebody who was not there; within 30 days of a deletion he
// enrols as after a reset, and mails go on to the mailbox that counted.
func (m *machine) newUser(t *tenant, in entry) *user {
	u := &user{
		tenant: t, id: in.id, made: m.now, role: twofactor.RoleUser, signIn: in.signIn, active: true, era: &era{},
	}
	if g := t.graves[in.id]; g != nil && m.now.Sub(g.at) < 30*day {
		u.reset = g.hadFactor
		if g.mailbox != "" {
			u.mailboxes = []mailbox{{address: g.mailbox, from: g.at.Add(-72 * time.Hour), to: g.at}, {from: g.at}}
		}
	}
	return u
}

// keep lets the change happen in the model. The user stays the same one: what
// was made for him before still fits.
func (m *machine) keep(c call, t *tenant, before, next *user) {
	ref := twofactor.Ref{Tenant: t.id, User: next.id}
	if before == nil {
		t.users[next.id] = next
		delete(t.graves, next.id)
		m.given(next)
		m.tell(twofactor.EventUserCreated, ref, c.actor, c.key)
		return
	}
	if sameEntry(before, next) {
		return
	}
	if before.role != next.role || before.email() != next.email() {
		next.link = nil
	}
	moved, promoted := before.email() != next.email(), before.role != next.role
	if moved {
		m.mail(twofactor.MailAddressChanged, before.email(), next.email())
	}
	*before = *next
	if promoted {
		m.given(before)
	}
	m.tell(twofactor.EventUserChanged, ref, c.actor, c.key)
}

func sameEntry(a, b *user) bool {
	return a.name == b.name && a.role == b.role && a.active == b.active && a.signIn == b.signIn && a.email() == b.email()
}

// given tells the administrators of a role that holds a permission.
func (m *machine) given(u *user) {
	if u.tenant.holdsAny(u.role) {
		m.toAdministrators(twofactor.MailAdministratorAdded, u)
	}
}

// deleteUser removes a user; somebody who is not there is no error.
func (m *machine) deleteUser(c call, tenant, id string) {
	t := m.tenants[tenant]
	want := m.admits(c, t, need{scope: twofactor.ScopeUsers})
	var u *user
	if len(want) == 0 {
		u = t.users[id]
	}
	if u != nil {
		gone := *u
		gone.active = false
		want.add(t.losesLast(t.deciders(t.policy), t.decidersWith(&gone)), twofactor.CodeLastAdministrator)
	}
	err := m.users.Delete(m.ctx, c.real(), twofactor.Ref{Tenant: tenant, User: id})
	if !m.agree(err, want, "delete user %s/%s", tenant, id) || u == nil {
		return
	}
	t.graves[id] = &grave{at: m.now, hadFactor: u.factor != nil || u.reset, mailbox: u.trusted(m.now)}
	delete(t.users, id)
	u.ended = m.now
	m.tell(twofactor.EventUserDeleted, u.ref(), c.actor, c.key)
}
