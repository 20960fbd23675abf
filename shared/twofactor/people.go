package twofactor

import (
	"context"
	"errors"
	"time"
)

// How long person tokens live (contract §1).
const (
	loginLife       = 10 * time.Minute
	loginEnrollLife = 30 * time.Minute
	selfServiceLife = 15 * time.Minute
	linkLife        = 72 * time.Hour
)

// KeyStanding tells whether an API key still stands; a person's token is dead
// with the key that asked for it.
type KeyStanding interface {
	// Standing returns nil, CodeUnauthenticated for a revoked or unknown key,
	// or CodeUnavailable. The answer may be up to 60 s old.
	Standing(ctx context.Context, keyID string) error
}

// People authenticates persons.
type People struct {
	Deps
	Keys KeyStanding
}

// NewPeople makes People.
func NewPeople(d Deps, keys KeyStanding) *People { return &People{Deps: d, Keys: keys} }

// Authenticate opens a person's token. It answers CodeUnauthenticated for
// anything that is no token of ours or whose key is revoked, and
// CodeTokenExpired. Records are judged later, by each use case.
func (p *People) Authenticate(ctx context.Context, bearer Secret) (*Token, error) {
	token, err := p.Tokens.OpenToken(ctx, bearer, TokenLogin, TokenSelfService, TokenLink)
	if errors.Is(err, ErrBadToken) {
		return nil, refuse(CodeUnauthenticated, "The token is not one of this service.")
	}
	if err != nil {
		return nil, unavailable(err)
	}
	if !p.Now().Before(token.ExpiresAt) {
		return nil, refuse(CodeTokenExpired, "The token has expired.")
	}
	if err := p.Keys.Standing(ctx, token.KeyID); err != nil {
		return nil, err
	}
	return &token, nil
}

// person is one user with all that was loaded for a call with his token.
type person struct {
	token  *Token
	tenant *Tenant
	parent *Tenant
	user   *Auth
	found  Found
}

// loadPerson reads what a person's call needs: tenant, auth record and the
// records named in more. It refuses tokens whose user is gone or not active.
func (d Deps) loadPerson(ctx context.Context, token *Token, more ...Want) (*person, error) {
	wants := append([]Want{
		{Key: TenantKey(token.Ref.Tenant), Eventually: true},
		{Key: AuthKey(token.Ref)},
	}, more...)
	found, err := d.load(ctx, wants...)
	if err != nil {
		return nil, err
	}
	p := &person{
		token: token, found: found,
		tenant: Get[Tenant](found, TenantKey(token.Ref.Tenant)),
		user:   Get[Auth](found, AuthKey(token.Ref)),
	}
	if p.tenant == nil || p.tenant.Deleting || p.user == nil || p.user.Incarnation != token.Incarnation {
		return nil, notThere()
	}
	if p.parent, err = d.loadParent(ctx, p.tenant); err != nil {
		return nil, err
	}
	return p, p.admit()
}

// loadParent reads a tenant's parent; nil when it has none.
func (d Deps) loadParent(ctx context.Context, tenant *Tenant) (*Tenant, error) {
	if tenant.Parent == "" {
		return nil, nil
	}
	key := TenantKey(tenant.Parent)
	found, err := d.load(ctx, Want{Key: key, Eventually: true})
	if err != nil {
		return nil, err
	}
	parent := Get[Tenant](found, key)
	if parent == nil {
		return nil, unavailable(errors.New("the tenant's parent is missing"))
	}
	return parent, nil
}

// admit refuses a person who is not active, and a link that does not stand.
// Whether a login is still open is judged by openLogin.
func (p *person) admit() error {
	if !p.user.Active {
		return notActive()
	}
	if p.token.Kind == TokenLink && p.user.Link != p.token.ID {
		return refuse(CodeLinkUsed, "The link was used or replaced.")
	}
	renewed := p.user.Generation != p.token.Generation && p.user.ResetMark
	if p.token.Kind == TokenSelfService && renewed {
		return refuse(CodeLoginUsed, "The factor was reset since this token was made; sign in again.")
	}
	return nil
}

// openLogin refuses a login token whose factor was replaced since it was made
// or whose login is done.
func (p *person) openLogin() error {
	if p.token.Kind != TokenLogin {
		return nil
	}
	replaced := p.user.Generation != p.token.Generation
	if replaced || p.user.Logins.done(p.token.LoginID, p.token.IssuedAt) {
		return refuse(CodeLoginUsed, "This login is done, or the factor was replaced since it began; start a new login.")
	}
	return nil
}

// situation is the person's as a login that is decided anew now.
func (p *person) situation(now time.Time) situation {
	first := p.token.First
	if p.token.Kind != TokenLogin {
		first = FirstFactor{Method: p.user.SignIn}
	}
	return situation{tenant: p.tenant, parent: p.parent, user: p.user, first: first, now: now}
}

// decide decides the person's login anew.
func (p *person) decide(now time.Time) verdict {
	switch p.token.Purpose {
	case PurposeStepUp:
		return decideStepUp(p.situation(now))
	case PurposeGateEnroll:
		return decideGateEnroll(p.situation(now))
	}
	return decide(p.situation(now))
}

// policy is the policy that counts for this person.
func (p *person) policy() Policy {
	return effectivePolicy(p.tenant, p.parent, floorHolds(p.tenant, p.parent, p.user))
}

// mayUse refuses kinds of token that a call is not for.
func mayUse(c Caller, kinds ...TokenKind) (*Token, error) {
	if c.Person == nil {
		return nil, refuse(CodeForbidden, "This call is for a person's token.")
	}
	for _, kind := range kinds {
		if c.Person.Kind == kind {
			return c.Person, nil
		}
	}
	return nil, refuse(CodeForbidden, "This kind of token is not for this call.")
}
