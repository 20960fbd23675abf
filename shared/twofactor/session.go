package twofactor

import (
	"context"
	"time"
)

// SessionAnswer says who a token is for and what it may do.
type SessionAnswer struct {
	Kind       TokenKind
	Ref        Ref
	LoginID    string
	ExpiresAt  time.Time
	May        []string
	User       UserView
	Policy     Policy
	TenantName string
	AppIssuer  string
}

// Session describes a person's token.
func (v *Verify) Session(ctx context.Context, c Caller) (SessionAnswer, error) {
	token, err := mayUse(c, TokenLogin, TokenSelfService, TokenLink)
	if err != nil {
		return SessionAnswer{}, err
	}
	p, err := v.loadPerson(ctx, token, Want{Key: DirectoryKey(token.Ref)})
	if err != nil {
		return SessionAnswer{}, err
	}
	if err := p.openLogin(); err != nil {
		return SessionAnswer{}, err
	}
	directory := Get[Directory](p.found, DirectoryKey(token.Ref))
	if directory == nil {
		return SessionAnswer{}, notThere()
	}
	now := v.Now()
	return SessionAnswer{
		Kind: token.Kind, Ref: token.Ref, LoginID: token.LoginID, ExpiresAt: token.ExpiresAt,
		May: p.may(now), User: viewUser(p.situation(now), directory), Policy: p.policy(),
		TenantName: p.tenant.Name, AppIssuer: p.tenant.AppIssuer(),
	}, nil
}

// may lists what the token is good for now, in the words of the calls.
func (p *person) may(now time.Time) []string {
	v := p.decide(now)
	resting := v.State == StateNotAvailable
	switch {
	case resting:
		return []string{}
	case p.token.Kind == TokenLink:
		return []string{"enroll"}
	case p.token.Kind == TokenSelfService:
		return p.mayOwn(v, now)
	}
	return p.mayLogin(v)
}

func (p *person) mayLogin(v verdict) []string {
	switch v.Decision {
	case DecisionVerify, DecisionDeny:
		may := []string{"request_reset"}
		if len(v.Methods) > 0 {
			may = append(may, "verify")
		}
		return may
	case DecisionEnroll:
		if v.Skippable && p.token.Purpose == PurposeLogin {
			return []string{"enroll", "defer"}
		}
		return []string{"enroll"}
	}
	return []string{}
}

func (p *person) mayOwn(v verdict, now time.Time) []string {
	if p.mayServeThemselves(now) != nil {
		return []string{}
	}
	if p.user.Factor == nil {
		return []string{"enroll"}
	}
	may := []string{"change_device", "replace_backup_codes", "manage_devices"}
	if !v.Required {
		may = append(may, "disable")
	}
	return may
}
