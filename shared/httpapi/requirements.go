package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// requirementsRequest is the body of POST …/requirements.
type requirementsRequest struct {
	Users       []string                   `json:"users" want:"required"`
	Requirement twofactor.RequirementValue `json:"requirement" want:"required"`
	Reason      string                     `json:"reason"`
	ExpiresAt   *string                    `json:"expires_at" want:"nullable"`
	Notify      bool                       `json:"notify"`
}

// requirementItems answers it, one for each user in the order of the request.
type requirementItems struct {
	Items []requirementItem `json:"items"`
}

// requirementItem is an itemBody under the name that this call has for it.
type requirementItem struct {
	User    string   `json:"user"`
	Status  any      `json:"status"`
	Problem *problem `json:"problem,omitzero"`
}

func setRequirements(ctx context.Context, d Deps, r request[requirementsRequest]) (answer, error) {
	until, err := readTime(r.Body.ExpiresAt, "/expires_at")
	if err != nil {
		return answer{}, err
	}
	show := func(results []twofactor.ItemResult) answer {
		var b requirementItems
		for _, result := range results {
			item := showItem(d, r.RequestID, result)
			b.Items = append(b.Items, requirementItem{User: item.ID, Status: item.Status, Problem: item.Problem})
		}
		return ok(b)
	}
	results, err := d.Policies.SetRequirements(ctx, keep(r.Caller, show), r.Tenant, twofactor.RequirementsInput{
		Users:     r.Body.Users,
		Value:     r.Body.Requirement,
		Reason:    r.Body.Reason,
		ExpiresAt: until,
		Notify:    r.Body.Notify,
	})
	return show(results), err
}
