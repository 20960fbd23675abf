package model

import (
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// refusals are all codes with which a call may be refused; none means that it
// must succeed.
type refusals []twofactor.Code

func (r *refusals) add(when bool, code twofactor.Code) {
	if when {
		*r = append(*r, code)
	}
}

// call is a platform's call: with which key, and on whose behalf.
type call struct {
	key *key
	// actor is nil when nobody is named.
	actor *twofactor.Ref
	// at is the last check of the actor's first factor, as the platform says;
	// zero when it says nothing.
	at    time.Time
	shown *assertion
	// once is the Idempotency-Key, "" for none; body says that another body is
	// sent under it.
	once string
	body bool
}

func (c call) real() twofactor.Caller {
	caller := twofactor.Caller{Key: c.key.real, IP: "192.0.2.7", Once: c.onceOf()}
	if c.actor != nil {
		caller.Actor = &twofactor.Actor{Ref: *c.actor, AuthenticatedAt: c.at}
		if c.shown != nil {
			caller.Actor.Assertion = c.shown.secret
		}
	}
	return caller
}

// need is what a call asks of its caller (contract §3).
type need struct {
	scope         twofactor.Scope
	perms         []twofactor.Permission
	actor, recent bool
}

// reaches says what a key alone is refused with.
func (m *machine) reaches(k *key, t *tenant, scope twofactor.Scope) refusals {
	switch {
	case t == nil, t.deleting, !k.reaches(t):
		return refusals{twofactor.CodeTenantNotFound}
	case !k.has(scope):
		return refusals{twofactor.CodeForbidden}
	}
	return nil
}

// admits says with what a platform's call is refused before it is looked at
// what it wants.
func (m *machine) admits(c call, t *tenant, n need) refusals {
	if r := m.reaches(c.key, t, n.scope); r != nil {
		return r
	}
	if c.actor == nil {
		if n.actor {
			return refusals{twofactor.CodeActorRequired}
		}
		return nil
	}
	actor := m.user(*c.actor)
	own := m.tenants[c.actor.Tenant]
	switch {
	case own != t && (t.parent == nil || own != t.parent), own.deleting, !c.key.reaches(own),
		actor == nil, !actor.active,
		len(n.perms) > 0 && !own.holdsAny(actor.role, n.perms...):
		return refusals{twofactor.CodeForbidden}
	}
	var r refusals
	if n.actor {
		r = m.proves(c, t, actor, n.recent)
	}
	return r
}

// sessionOfActor is how long an assertion stands for an actor.
const sessionOfActor = 12 * time.Hour

// proves says whether the actor has shown what the policies ask for.
func (m *machine) proves(c call, t *tenant, actor *user, recent bool) refusals {
	var r refusals
	if t.policy.AdminProof == twofactor.ProofAssertion || actor.tenant.policy.AdminProof == twofactor.ProofAssertion {
		age := sessionOfActor
		if recent {
			age = 5 * time.Minute
		}
		must := !actor.resting() && (actor.factor != nil || actor.state(m.now) == twofactor.StatePending)
		shown := c.shown != nil && c.shown.stands(c.key, actor, m.now, age)
		r.add(!shown || must && !c.shown.two(), twofactor.CodeReauthenticationRequired)
		return r
	}
	if recent {
		r.add(c.at.IsZero() || m.now.Sub(c.at) > 5*time.Minute, twofactor.CodeReauthenticationRequired)
		r.add(c.at.Sub(m.now) > time.Minute, twofactor.CodeMalformed)
	}
	return r
}

// stands says whether an assertion is this person's, of this factor, for this
// key, and young enough.
func (a *assertion) stands(k *key, u *user, now time.Time, age time.Duration) bool {
	return a.user == u && a.era == u.era && a.audience == k.audience && now.Sub(a.made) <= age
}

func (u *user) ref() twofactor.Ref { return twofactor.Ref{Tenant: u.tenant.id, User: u.id} }

// deciders counts the active users who could decide resets under a policy.
func (t *tenant) deciders(p twofactor.Policy) int {
	under := &tenant{policy: p}
	n := 0
	for _, u := range t.users {
		if u.active && under.holds(u.role, twofactor.PermResetsDecide) {
			n++
		}
	}
	return n
}

// losesLast says whether the last one who could decide resets is taken away.
func (t *tenant) losesLast(before, after int) bool {
	return t.parent == nil && before > 0 && after == 0
}

func wider(before, after []string) bool {
	return slices.ContainsFunc(after, func(role string) bool {
		return !slices.Contains(before, role) && !slices.Contains(before, "*")
	})
}
