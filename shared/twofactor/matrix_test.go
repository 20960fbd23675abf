package twofactor_test

import (
	"fmt"
	"slices"
	"testing"

	"sallyport/shared/twofactor"
)

// world is a tenant with its parent, made anew for each cell of the matrix.
type world struct {
	*rig
	tenant string
	// parent is "" for a tenant without one; other is another tenant.
	parent, other string
	// id names what prepare made.
	id string
	// ann is an ordinary user of the tenant.
	ann twofactor.Ref
}

func (r *rig) world(call platformCall, n int) *world {
	r.t.Helper()
	w := &world{rig: r, tenant: fmt.Sprintf("t%d", n), other: fmt.Sprintf("x%d", n)}
	r.tenant(w.other)
	if call.top {
		r.tenant(w.tenant)
	} else {
		w.parent = fmt.Sprintf("p%d", n)
		r.tenant(w.parent)
		_, _, err := twofactor.NewTenants(r.deps).Put(r.ctx, r.admin(w.parent), twofactor.TenantInput{Tenant: w.tenant, Name: "client", Parent: &w.parent})
		r.ok(err)
		r.member(w.tenant, "root", twofactor.RoleSuperAdmin)
	}
	w.ann = r.user(w.tenant, "ann")
	if call.prepare != nil {
		call.prepare(w)
	}
	return w
}

func (r *rig) member(tenant, id, role string) {
	r.t.Helper()
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), tenant, entry(id, role))
	r.ok(err)
}

// by is a call of the platform for a user who has just authenticated.
func (r *rig) by(tenant, user string) twofactor.Caller {
	c := r.admin(tenant)
	c.Actor.User = user
	return c
}

// part is a role that an actor has, with what it holds.
type part struct {
	name, role string
	holds      []twofactor.Permission
}

// parts are the roles that Sallyport knows, and for each permission a role of
// the platform's own that holds it alone.
func parts() []part {
	all := []part{
		{"super admin", twofactor.RoleSuperAdmin, twofactor.AllPermissions},
		{"admin", twofactor.RoleAdmin, perms(twofactor.PermReportsRead)},
		{"user", twofactor.RoleUser, nil},
	}
	for _, permission := range twofactor.AllPermissions {
		all = append(all, part{string(permission), "holder", perms(permission)})
	}
	return all
}

// play makes a user called actor with that role; its permissions stand in the
// policy of his own tenant.
func (w *world) play(tenant string, p part) twofactor.Caller {
	w.t.Helper()
	w.member(tenant, "actor", p.role)
	if p.role == "holder" {
		w.policy(tenant, func(policy *twofactor.Policy) { policy.Permissions[p.holds[0]] = []string{"holder"} })
	}
	return w.by(tenant, "actor")
}

// suffices reports whether one of the permissions is enough for the call.
func (call platformCall) suffices(holds []twofactor.Permission) bool {
	return len(call.perms) == 0 || slices.ContainsFunc(holds, func(p twofactor.Permission) bool { return slices.Contains(call.perms, p) })
}

// mustAnswer checks the answer of one cell; "" demands success.
func mustAnswer(t *testing.T, cell string, err error, want twofactor.Code) {
	t.Helper()
	if got := twofactor.CodeOf(err); got != want || want == "" && err != nil {
		t.Errorf("%s: %q (%v), want %q", cell, got, err, want)
	}
}

func TestTheCallsOfTheMatrixAreThePermissionTable(t *testing.T) {
	rows := twofactor.Grants()
	covered := map[string][]twofactor.Permission{}
	for _, call := range platformCalls() {
		row, there := rows[call.action]
		if !there || row.Scope != call.scope || row.Actor != call.actor || row.Recent != call.recent {
			t.Errorf("%s: the table has %+v", call.name, row)
		}
		covered[call.action] = append(covered[call.action], call.perms...)
	}
	for action, row := range rows {
		held, tried := covered[action]
		if !tried {
			t.Errorf("no call of the matrix tries %s", action)
		}
		for _, permission := range twofactor.AllPermissions {
			if slices.Contains(row.OneOf, permission) != slices.Contains(held, permission) {
				t.Errorf("%s: the table and the contract differ about %s", action, permission)
			}
		}
	}
}

func TestAZ02EveryRoleMayDoWhatItsPermissionsSayAndNothingElse(t *testing.T) {
	r := newRig(t)
	n := 0
	for _, call := range platformCalls() {
		for _, p := range parts() {
			want := twofactor.CodeForbidden
			if call.suffices(p.holds) {
				want = ""
			}
			n++
			w := r.world(call, n)
			mustAnswer(t, call.name+" by the tenant's "+p.name, call.call(w, w.play(w.tenant, p)), want)
			if call.top {
				continue
			}
			n++
			w = r.world(call, n)
			mustAnswer(t, call.name+" by the parent's "+p.name, call.call(w, w.play(w.parent, p)), want)
		}
	}
}

func TestAZ02AKeyMayDoWhatItsScopesSayAndNothingElse(t *testing.T) {
	r := newRig(t)
	for n, call := range platformCalls() {
		for i, scope := range everyScope {
			want := twofactor.CodeForbidden
			if scope == call.scope {
				want = ""
			}
			w := r.world(call, n*len(everyScope)+i)
			c := w.by(w.tenant, "root")
			key := *c.Key
			key.Scopes = []twofactor.Scope{scope}
			c.Key = &key
			mustAnswer(t, call.name+" with the scope "+string(scope), call.call(w, c), want)
		}
	}
}

// TestAZ02WhoIsNobodyHereActsNowhere tries every call for actors who hold
// everything, but not here, not now or not any more.
func TestAZ02WhoIsNobodyHereActsNowhere(t *testing.T) {
	r := newRig(t)
	superAdmin := parts()[0]
	nobodies := map[string]func(w *world) twofactor.Caller{
		"another tenant's super admin": func(w *world) twofactor.Caller { return w.by(w.other, "root") },
		"somebody who is not there":    func(w *world) twofactor.Caller { return w.by(w.tenant, "ghost") },
		"somebody who is not active": func(w *world) twofactor.Caller {
			c, idle := w.play(w.tenant, superAdmin), false
			asleep := entry("actor", twofactor.RoleSuperAdmin)
			asleep.Active = &idle
			_, _, err := twofactor.NewUsers(w.deps).Put(w.ctx, w.platform(), w.tenant, asleep)
			w.ok(err)
			return c
		},
		"somebody who was deleted": func(w *world) twofactor.Caller {
			c := w.play(w.tenant, superAdmin)
			w.ok(twofactor.NewUsers(w.deps).Delete(w.ctx, w.platform(), c.Actor.Ref))
			return c
		},
		"the parent's super admin by a key for the client alone": func(w *world) twofactor.Caller {
			c := w.by(w.other, "root")
			if w.parent != "" {
				c = w.by(w.parent, "root")
			}
			key := *c.Key
			key.Tenants = []string{w.tenant}
			c.Key = &key
			return c
		},
	}
	n := 0
	for _, call := range platformCalls() {
		for name, nobody := range nobodies {
			want := twofactor.CodeForbidden
			if call.scope == login {
				want = ""
			}
			n++
			w := r.world(call, n)
			mustAnswer(t, call.name+" by "+name, call.call(w, nobody(w)), want)
		}
	}
}

func TestAZ02WithoutAnActorOrAFreshCheckOnlyWhatNeedsNoneIsDone(t *testing.T) {
	r := newRig(t)
	for n, call := range platformCalls() {
		want := twofactor.Code("")
		if call.actor {
			want = twofactor.CodeActorRequired
		}
		w := r.world(call, 2*n)
		mustAnswer(t, call.name+" by nobody", call.call(w, w.platform()), want)
		want = ""
		if call.recent {
			want = twofactor.CodeReauthenticationRequired
		}
		w = r.world(call, 2*n+1)
		mustAnswer(t, call.name+" after an hour", call.call(w, stale(w.by(w.tenant, "root"))), want)
	}
}

func TestAClientsAdministratorsHoldNothingAtTheParent(t *testing.T) {
	r := newRig(t)
	for n, call := range platformCalls() {
		if call.top || len(call.perms) == 0 {
			continue
		}
		w := r.world(call, n)
		client := w.tenant
		w.tenant, w.ann = w.parent, r.user(w.parent, "ann")
		mustAnswer(t, call.name+" at the parent", call.call(w, w.by(client, "root")), twofactor.CodeForbidden)
	}
}

func TestAZ07ARoleOrAPermissionThatIsTakenAwayIsGoneAtTheNextCall(t *testing.T) {
	r := newRig(t)
	losses := map[string]func(w *world, home string){
		"the role": func(w *world, home string) { w.member(home, "actor", twofactor.RoleUser) },
		"the permission": func(w *world, home string) {
			w.policy(home, func(p *twofactor.Policy) {
				for permission := range p.Permissions {
					p.Permissions[permission] = []string{}
				}
			})
		},
	}
	n := 0
	for _, call := range platformCalls() {
		if len(call.perms) == 0 {
			continue
		}
		for what, lose := range losses {
			n++
			w := r.world(call, n)
			home := w.tenant
			if !call.top && n%2 == 0 {
				home = w.parent
			}
			c := w.play(home, part{role: "holder", holds: call.perms[:1]})
			if !call.once {
				mustAnswer(t, call.name+" before", call.call(w, c), "")
			}
			lose(w, home)
			mustAnswer(t, call.name+" after losing "+what, call.call(w, c), twofactor.CodeForbidden)
		}
	}
}
