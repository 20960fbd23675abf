package twofactor

import (
	"context"
	"errors"
	"time"
)

// How old an actor's proof may be, and how far ahead another clock (contract
// §1).
const (
	recentAge    = 5 * time.Minute
	assertionAge = 12 * time.Hour
	clockAhead   = 60 * time.Second
)

// admitActor judges the person whom the platform names: he must be an active
// user of the tenant or of its parent, hold a permission, and have shown what
// the policy asks of administrators.
func (d Deps) admitActor(ctx context.Context, c Caller, a *access, rule grant) error {
	if c.Actor == nil {
		if rule.actor {
			return refuse(CodeActorRequired, "This call needs the header Sallyport-Actor.")
		}
		return nil
	}
	switch c.Actor.Tenant {
	case a.tenant.ID:
		a.actorTenant = a.tenant
	case a.tenant.Parent:
		a.actorTenant = a.parent
	}
	if a.actorTenant == nil || a.actorTenant.Deleting || !reaches(c.Key, a.actorTenant) {
		return notAllowed()
	}
	actor := Get[Auth](a.found, AuthKey(c.Actor.Ref))
	if actor == nil || !actor.Active {
		return notAllowed()
	}
	a.actor = actor
	if len(rule.oneOf) > 0 && !a.actorPolicy().holdsOne(actor.Role, rule.oneOf) {
		return notAllowed()
	}
	if !rule.actor {
		return nil
	}
	if a.wantsAssertion() {
		return d.admitAssertion(ctx, c, a, rule.recent)
	}
	if rule.recent {
		return checkRecent(c.Actor.AuthenticatedAt, a.now)
	}
	return nil
}

// wantsAssertion: the stricter of both policies counts for a parent's actor.
func (a *access) wantsAssertion() bool {
	return soundPolicy(a.tenant.Policy.Policy).AdminProof == ProofAssertion ||
		a.actorPolicy().AdminProof == ProofAssertion
}

// checkRecent judges the last password or SSO check that a platform attests.
func checkRecent(at, now time.Time) error {
	if at.Sub(now) > clockAhead {
		return &Error{
			Code: CodeMalformed, Detail: "The time of the actor's last check lies in the future.",
			Fields: []FieldError{{Pointer: "/header/Sallyport-Actor-Authenticated-At", Detail: "It is more than 60 s ahead."}},
		}
	}
	switch {
	case at.IsZero():
		return reauthenticate(recentAge, "Say in Sallyport-Actor-Authenticated-At when the actor's password or single sign-on was last checked.")
	case now.Sub(at) > recentAge:
		return reauthenticate(recentAge, "The actor's last check is too old: ask for the password or single sign-on again, and send the time of that.")
	}
	return nil
}

// reauthenticate says in detail what a developer has to send; the code alone
// can't tell a check that is old from a proof of the wrong kind.
func reauthenticate(maxAge time.Duration, detail string) error {
	return &Error{Code: CodeReauthenticationRequired, Detail: detail, MaxAge: maxAge}
}

// admitAssertion judges the actor's own assertion, which a policy can ask for
// instead of the platform's word.
func (d Deps) admitAssertion(ctx context.Context, c Caller, a *access, recent bool) error {
	maxAge := assertionAge
	if recent {
		maxAge = recentAge
	}
	shown, err := d.readActorAssertion(ctx, c, a, maxAge)
	if err != nil {
		return err
	}
	switch {
	case c.Actor.Assertion == "":
		return reauthenticate(maxAge, "The policy asks for an assertion of the actor: send the one of the session in Sallyport-Actor-Assertion.")
	case shown == nil:
		return reauthenticate(maxAge, "The actor's assertion does not count: it is too old, of another login, or not for this key. Sign the actor in again.")
	case a.actorNeedsFactor() && shown.ACR != acrTwo:
		return reauthenticate(maxAge, "The actor's assertion shows no second factor. Sign the actor in again, with a code.")
	}
	return nil
}

// readActorAssertion reads the actor's assertion. It returns nil when there is
// none that counts: missing, not ours, another person's, for another audience,
// made for an earlier factor or user, or older than maxAge. An error means
// "not now".
func (d Deps) readActorAssertion(ctx context.Context, c Caller, a *access, maxAge time.Duration) (*Assertion, error) {
	if c.Actor.Assertion == "" {
		return nil, nil
	}
	if d.Assertions == nil {
		return nil, unavailable(errors.New("this function has no keys to check assertions with"))
	}
	shown, err := d.Assertions.ReadAssertion(ctx, c.Actor.Assertion)
	if errors.Is(err, ErrBadToken) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	same := shown.Ref == a.actor.Ref && shown.Audience == c.Key.Audience &&
		shown.Inc == a.actor.Incarnation && shown.Generation == a.actor.Generation
	age := a.now.Sub(shown.IssuedAt)
	if !same || age > maxAge || age < -clockAhead {
		return nil, nil
	}
	return &shown, nil
}

// actorNeedsFactor: he has a factor that counts, or must have one.
func (a *access) actorNeedsFactor() bool {
	v := a.actorVerdict(a.actorTenant)
	if v.State == StateNotAvailable {
		return false
	}
	return v.Required || v.State == StatePending || a.actor.Factor != nil
}

// actorVerdict decides for the actor as if tenant were his: the tenant as it
// is, or with the policy that is being saved.
func (a *access) actorVerdict(tenant *Tenant) verdict { return decide(a.actorSituation(tenant)) }

// actorSituation is an ordinary login of the actor, as if tenant were his.
func (a *access) actorSituation(tenant *Tenant) situation {
	s := situation{tenant: tenant, user: a.actor, first: FirstFactor{Method: a.actor.SignIn}, now: a.now}
	if tenant.ID == a.tenant.ID {
		s.parent = a.parent
	}
	return s
}
