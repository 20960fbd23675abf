package twofactor

import "context"

// ExplanationAnswer says what an ordinary login of a user needs now, and what
// each rule of contract §6 had to say to it, in order.
type ExplanationAnswer struct {
	Decision Decision
	Reason   Reason
	Rules    []Rule
}

// Explain tells why a user is asked for what he is asked for: the decision
// that a login without a remembered device would get. For who signs in by
// single sign-on it is one without evidence of a second factor.
func (p *Policies) Explain(ctx context.Context, c Caller, ref Ref) (ExplanationAnswer, error) {
	if err := checkUserID(ref.User); err != nil {
		return ExplanationAnswer{}, err
	}
	a, err := p.authorize(ctx, c, ref.Tenant, actExplain, Want{Key: AuthKey(ref)})
	if err != nil {
		return ExplanationAnswer{}, err
	}
	user := Get[Auth](a.found, AuthKey(ref))
	if user == nil {
		return ExplanationAnswer{}, userNotFound()
	}
	s := a.situation(user)
	s.explain = true
	v := decide(s)
	return ExplanationAnswer{Decision: v.Decision, Reason: v.Reason, Rules: v.Rules}, nil
}
