package twofactor

import (
	"context"
	"errors"
)

// PreviewAnswer says what saving a policy would do to the tenant's own users,
// as they are now. A parent's clients are not looked at.
type PreviewAnswer struct {
	// Required are those whom it would require (contract §5).
	Required PreviewGroup
	// Walled are those of them whom it would stop at the next login: no
	// factor, and no grace to set one up later.
	Walled PreviewGroup
	// WithoutEmail are those who would have to prove a mailbox to enrol and
	// have none.
	WithoutEmail PreviewGroup
	// ActorSafe is true when the actor himself could still sign in, and change
	// the policy again.
	ActorSafe bool
	// Problems is what PUT would refuse; empty when it would save.
	Problems []PreviewProblem
}

// PreviewGroup counts users and names the first of them by id, at most
// previewSample.
type PreviewGroup struct {
	Total  int
	Sample []string
}

// PreviewProblem is one refusal that PUT would answer.
type PreviewProblem struct {
	Code   Code
	Detail string
}

// previewSample is how many users of a group are named.
const previewSample = 10

func (g *PreviewGroup) add(user string, n int) {
	g.Total += n
	if len(g.Sample) < previewSample {
		g.Sample = append(g.Sample, user)
	}
}

// Preview tells what saving a policy now would do, and changes nothing. Up to
// 2,000 users are read one by one; the totals of a larger tenant come from the
// counts of the summary (see weighCounts for what those cannot tell). A policy
// with values that none can have gets its problems alone: there is no telling
// whom it would require.
func (p *Policies) Preview(ctx context.Context, c Caller, tenant string, wanted Policy) (PreviewAnswer, error) {
	a, err := p.authorize(ctx, c, tenant, actPreview, Want{Key: RosterKey(tenant)})
	if err != nil {
		return PreviewAnswer{}, err
	}
	var answer PreviewAnswer
	for _, wrong := range wanted.Validate() {
		answer.Problems = append(answer.Problems, PreviewProblem{CodeInvalid, wrong.Pointer + ": " + wrong.Detail})
	}
	if len(answer.Problems) > 0 {
		return answer, nil
	}
	next := withPolicy(a.tenant, wanted, a.actor.Ref, a.now)
	if answer.Problems, err = p.problems(ctx, c, a, next); err != nil {
		return PreviewAnswer{}, err
	}
	if answer.ActorSafe, err = p.actorSafe(ctx, c, a, next); err != nil {
		return PreviewAnswer{}, err
	}
	return answer, p.weighUsers(ctx, a, next, &answer)
}

// problems asks the guards of PUT, all of them.
func (p *Policies) problems(ctx context.Context, c Caller, a *access, next *Tenant) ([]PreviewProblem, error) {
	wanted := next.Policy.Policy
	var problems []PreviewProblem
	for _, err := range []error{maySwitch(a, wanted), p.mayRequire(ctx, c, a, wanted), a.keepsDecider(next)} {
		var refusal *Error
		switch {
		case err == nil:
		case errors.As(err, &refusal) && refusal.Code != CodeUnavailable:
			problems = append(problems, PreviewProblem{refusal.Code, refusal.Detail})
		default:
			return nil, err
		}
	}
	return problems, nil
}

// actorSafe judges the actor as he would be after the change: not stopped at
// the next login, still with a permission over the policy, and able to show
// what it asks of administrators.
func (p *Policies) actorSafe(ctx context.Context, c Caller, a *access, next *Tenant) (bool, error) {
	own := next
	if a.actorTenant.ID != next.ID {
		own = a.actorTenant
	}
	bySSO, err := p.showsSecondBySSO(ctx, c, a)
	if err != nil {
		return false, err
	}
	s := a.actorSituation(own)
	if bySSO {
		s.first = FirstFactor{Method: SignInSSO, AMR: []string{amrMFA}}
	}
	v := decide(s)
	rights := soundPolicy(own.Policy.Policy)
	asserts := rights.AdminProof == ProofAssertion || next.Policy.AdminProof == ProofAssertion
	canProve := !asserts || !v.Required || a.actor.Factor != nil || v.Reason == ReasonSSO
	return !v.walls() && v.Decision != DecisionDeny && canProve && rights.holdsOne(a.actor.Role, anyPolicy), nil
}

// walls reports whether a login stops at an enrolment that cannot be put off.
func (v verdict) walls() bool { return v.Decision == DecisionEnroll && !v.Skippable }
