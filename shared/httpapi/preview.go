package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// previewBody says what saving a policy would do (contract §6).
type previewBody struct {
	Required     previewGroup     `json:"required"`
	Walled       previewGroup     `json:"walled"`
	WithoutEmail previewGroup     `json:"without_email"`
	ActorSafe    bool             `json:"actor_safe"`
	Problems     []previewProblem `json:"problems"`
}

type previewGroup struct {
	Total  int      `json:"total"`
	Sample []string `json:"sample"`
}

type previewProblem struct {
	Code   twofactor.Code `json:"code"`
	Detail string         `json:"detail"`
}

// previewPolicy takes what PUT takes; whom it would mail makes no difference.
func previewPolicy(ctx context.Context, d Deps, r request[policyRequest]) (answer, error) {
	a, err := d.Policies.Preview(ctx, r.Caller, r.Tenant, r.Body.Policy.policy())
	b := previewBody{
		Required: previewGroup(a.Required), Walled: previewGroup(a.Walled),
		WithoutEmail: previewGroup(a.WithoutEmail), ActorSafe: a.ActorSafe,
	}
	for _, p := range a.Problems {
		b.Problems = append(b.Problems, previewProblem(p))
	}
	return ok(b), err
}
