package twofactor

import (
	"context"
	"slices"
	"time"
)

// access is what authorize found out on the way.
type access struct {
	tenant *Tenant
	// parent is the tenant's parent; nil when it has none.
	parent *Tenant
	// actor is the acting person's record, actorTenant his tenant (the tenant
	// itself or its parent); nil when nobody is named.
	actor       *Auth
	actorTenant *Tenant
	// found holds the other records that were asked for.
	found Found
	now   time.Time
}

// isActor reports whether ref is the acting person.
func (a *access) isActor(ref Ref) bool { return a.actor != nil && a.actor.Ref == ref }

// isSelf reports whether a user is the acting person: the same account, or one
// with the same mailbox. It is for the actions that the permission table marks
// with self.
func (a *access) isSelf(user *Directory) bool {
	return a.isActor(user.Ref) || a.actor != nil && sameMailbox(user, Get[Directory](a.found, DirectoryKey(a.actor.Ref)))
}

// actorPolicy is the policy that gives the actor his permissions.
func (a *access) actorPolicy() Policy { return soundPolicy(a.actorTenant.Policy.Policy) }

// situation is a user of the tenant as seen by an ordinary login now.
func (a *access) situation(user *Auth) situation {
	return situation{tenant: a.tenant, parent: a.parent, user: user, first: FirstFactor{Method: user.SignIn}, now: a.now}
}

// authorize is the only place that lets a platform act on a tenant. It loads
// tenant, actor and the records named in more in one round trip, the parent in
// a second one where there is one, and judges the key, then the actor.
//
// A tenant that does not exist, that the key may not act for or that is being
// deleted gives the same CodeTenantNotFound. Only who may read, change or
// delete the tenant itself learns of a deletion under way, as CodeDeleting.
func (d Deps) authorize(ctx context.Context, c Caller, tenant string, act action, more ...Want) (*access, error) {
	rule := grants[act]
	if c.Key == nil {
		return nil, platformOnly()
	}
	if !ValidID(tenant) {
		return nil, invalid("/path/tenant", idForm)
	}
	wants := append([]Want{{Key: TenantKey(tenant), Eventually: !rule.strong}}, more...)
	if c.Actor != nil {
		if !ValidID(c.Actor.Tenant) || !ValidID(c.Actor.User) {
			return nil, invalid("/header/Sallyport-Actor", "It is the id of a user, or of the parent and a user: parent/user.")
		}
		wants = append(wants, Want{Key: AuthKey(c.Actor.Ref)})
		if rule.self {
			wants = append(wants, Want{Key: DirectoryKey(c.Actor.Ref)})
		}
	}
	found, err := d.load(ctx, distinct(wants)...)
	if err != nil {
		return nil, err
	}
	if c.Once != nil {
		c.Once.tenant = tenant
	}
	a := &access{tenant: Get[Tenant](found, TenantKey(tenant)), found: found, now: d.Now()}
	if err := admitKey(c.Key, a.tenant, act); err != nil {
		return nil, err
	}
	if a.parent, err = d.loadParent(ctx, a.tenant); err != nil {
		return nil, err
	}
	return a, d.admitActor(ctx, c, a, rule)
}

// distinct drops repeated wants: an actor may be the user that a call is
// about.
func distinct(wants []Want) []Want {
	var out []Want
	for _, w := range wants {
		i := slices.IndexFunc(out, func(o Want) bool { return o.Key == w.Key })
		if i < 0 {
			out = append(out, w)
			continue
		}
		out[i].Eventually = out[i].Eventually && w.Eventually
	}
	return out
}

// admitKey judges the API key alone. The tenant comes first: a key must not
// learn of one that it may not act for.
func admitKey(key *APIKey, t *Tenant, act action) error {
	own := act == actTenantRead || act == actTenantChange || act == actTenantDelete
	if t != nil && t.Deleting && own && reaches(key, t) && key.has(grants[act].scope) {
		return refuse(CodeDeleting, "The tenant is being deleted.")
	}
	return mayReach(key, t, grants[act].scope)
}

// mayReach judges whether a key may act for a tenant, nil when it does not
// exist, with a scope.
func mayReach(key *APIKey, t *Tenant, scope Scope) error {
	switch {
	case key == nil:
		return platformOnly()
	case t == nil || t.Deleting || !reaches(key, t):
		return tenantNotFound()
	case !key.has(scope):
		return lacksScope(scope)
	}
	return nil
}
