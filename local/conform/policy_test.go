package conform

import (
	"context"

	"sallyport/shared/twofactor"
)

func (managing) SetRequirements(context.Context, twofactor.Caller, string, twofactor.RequirementsInput) ([]twofactor.ItemResult, error) {
	return []twofactor.ItemResult{
		{ID: "jane", Outcome: twofactor.OutcomeUpdated}, {ID: "bob", Outcome: twofactor.OutcomeNotTried},
		{ID: "eve", Err: &twofactor.Error{Code: twofactor.CodeOverriddenByTenantPolicy, Detail: "No."}},
	}, nil
}

func (m managing) Explain(context.Context, twofactor.Caller, twofactor.Ref) (twofactor.ExplanationAnswer, error) {
	a := twofactor.ExplanationAnswer{Decision: twofactor.DecisionAllow, Reason: twofactor.ReasonNotRequired}
	if !m.poor {
		a.Rules = []twofactor.Rule{{Name: "user_inactive", Says: "The user is active."}, {Name: "factor", Applies: true, Says: "There is a factor."}}
	}
	return a, nil
}

func (m managing) Preview(context.Context, twofactor.Caller, string, twofactor.Policy) (twofactor.PreviewAnswer, error) {
	if m.poor {
		return twofactor.PreviewAnswer{}, nil
	}
	group := twofactor.PreviewGroup{Total: 2, Sample: []string{"ann", "bob"}}
	return twofactor.PreviewAnswer{
		Required: group, Walled: group, WithoutEmail: group, ActorSafe: true,
		Problems: []twofactor.PreviewProblem{{Code: twofactor.CodeActorNotEnrolled, Detail: "No."}},
	}, nil
}

func (u users) List(context.Context, twofactor.Caller, string, twofactor.UserQuery) ([]twofactor.UserView, string, error) {
	if u.poor {
		return nil, "", nil
	}
	return []twofactor.UserView{fullUser, poorUser}, "next", nil
}
