package twofactor

import (
	"context"
	"strconv"
	"time"
)

// DeferAnswer lets a person in who chose to activate later.
type DeferAnswer struct {
	Assertion     Secret
	EnrollBy      time.Time
	DeferralsLeft int
}

// Defer is "activate later" at login: it counts once for each token, and only
// while the grace period and the deferrals last.
func (e *Enroll) Defer(ctx context.Context, c Caller) (DeferAnswer, error) {
	token, err := mayUse(c, TokenLogin)
	if err != nil {
		return DeferAnswer{}, err
	}
	if token.Purpose != PurposeLogin {
		return DeferAnswer{}, refuse(CodeForbidden, "The gate's login cannot put the enrolment off; answer the gate instead.")
	}
	sign, err := e.Signer.Ready(ctx)
	if err != nil {
		return DeferAnswer{}, unavailable(err)
	}
	var p *person
	var v verdict
	err = e.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		var commit Commit
		p, v, commit, err = e.deferOnce(ctx, c, token)
		return commit, err
	})
	if err != nil {
		return DeferAnswer{}, err
	}
	amr := amrOfAllow(p.policy(), token.First, v.Reason)
	assertion, err := sign(e.assertionFor(token, p.user, amr))
	if err != nil {
		return DeferAnswer{}, unavailable(err)
	}
	return DeferAnswer{Assertion: assertion, EnrollBy: v.EnrollBy, DeferralsLeft: v.DeferralsLeft}, nil
}

// deferOnce decides one try. A token that put it off already gets the same
// answer again, and nothing is counted.
func (e *Enroll) deferOnce(ctx context.Context, c Caller, token *Token) (*person, verdict, Commit, error) {
	p, err := e.loadPerson(ctx, token)
	if err != nil {
		return nil, verdict{}, Commit{}, err
	}
	now := e.Now()
	v := p.decide(now)
	if p.user.Factor == nil && p.user.Generation == token.Generation && p.user.Logins.holds(token.LoginID) {
		return p, v, Commit{}, nil
	}
	if err := p.openLogin(); err != nil {
		return nil, v, Commit{}, err
	}
	if v.Decision != DecisionEnroll {
		return nil, v, Commit{}, refuse(CodeForbidden, "This login does not ask for an enrolment.")
	}
	if !v.Skippable {
		return nil, v, Commit{}, refuse(CodeDeferralExhausted, "It cannot be put off any more: enrol now.")
	}
	next := *p.user
	next.Deferrals++
	next.Logins = next.Logins.with(token.LoginID, token.IssuedAt)
	v.DeferralsLeft--
	event, err := e.event(c, EventDeferred, p.user.Ref)
	if err != nil {
		return nil, v, Commit{}, err
	}
	event.Detail["deferrals_left"] = strconv.Itoa(v.DeferralsLeft)
	p.user = &next
	return p, v, Commit{Event: event, Put: []Record{&next}}, nil
}
