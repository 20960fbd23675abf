package twofactor

import (
	"context"
	"time"
)

// SelfServiceInput says where the hosted page sends the person back to.
type SelfServiceInput struct {
	ReturnURL string
	State     string
}

// SelfServiceAnswer is a token for a person who manages his own factor.
type SelfServiceAnswer struct {
	LoginID   string
	Token     Secret
	ExpiresAt time.Time
}

// SelfService makes a self-service token. It writes nothing.
func (v *Verify) SelfService(ctx context.Context, c Caller, ref Ref, in SelfServiceInput) (SelfServiceAnswer, error) {
	if err := checkState(in.State); err != nil {
		return SelfServiceAnswer{}, err
	}
	l, err := v.loadLogin(ctx, c, ref.Tenant, LoginInput{
		User: LoginUser{ID: ref.User}, ReturnURL: in.ReturnURL,
	})
	if err != nil {
		return SelfServiceAnswer{}, err
	}
	if l.user == nil {
		return SelfServiceAnswer{}, userNotFound()
	}
	token, err := v.loginToken(c, l, LoginInput{ReturnURL: in.ReturnURL, State: in.State})
	if err != nil {
		return SelfServiceAnswer{}, err
	}
	token.Kind, token.Purpose = TokenSelfService, ""
	token.First = FirstFactor{Method: l.user.SignIn}
	token.ExpiresAt = token.IssuedAt.Add(selfServiceLife)
	p := &person{token: &token, tenant: l.tenant, parent: l.parent, user: l.user}
	if err := p.mayHaveSelfService(v.Now()); err != nil {
		return SelfServiceAnswer{}, err
	}
	sealed, err := v.Tokens.SealToken(ctx, token)
	if err != nil {
		return SelfServiceAnswer{}, unavailable(err)
	}
	return SelfServiceAnswer{LoginID: token.LoginID, Token: sealed, ExpiresAt: token.ExpiresAt}, nil
}

func (p *person) mayHaveSelfService(now time.Time) error {
	if !p.user.Active {
		return notActive()
	}
	if p.decide(now).State == StateNotAvailable {
		return notAvailable()
	}
	return p.mayServeThemselves(now)
}
