package httpapi

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"

	"sallyport/shared/twofactor"
)

// savedPolicyBody is a policy as GET shows it.
type savedPolicyBody struct {
	Policy    policyBody `json:",embed"`
	Version   uint64     `json:"version"`
	UpdatedAt *string    `json:"updated_at"`
	UpdatedBy *actorBody `json:"updated_by"`
}

// actorBody names a person, wherever an actor is shown (contract §1).
type actorBody struct {
	Tenant string `json:"tenant"`
	User   string `json:"user"`
}

// showActor is null for nobody.
func showActor(ref *twofactor.Ref) *actorBody {
	if ref == nil {
		return nil
	}
	return &actorBody{Tenant: ref.Tenant, User: ref.User}
}

// policyRequest is the body of PUT …/policy: what GET shows, and notify. What
// only Sallyport knows is ignored.
type policyRequest struct {
	Policy    policyBody     `json:",embed"`
	Version   jsontext.Value `json:"version" want:"nullable"`
	UpdatedAt jsontext.Value `json:"updated_at" want:"nullable"`
	UpdatedBy jsontext.Value `json:"updated_by" want:"nullable"`
	Notify    bool           `json:"notify"`
}

func showSavedPolicy(p twofactor.PolicyVersion) answer {
	a := ok(savedPolicyBody{
		Policy: showPolicy(p.Policy), Version: p.Number,
		UpdatedAt: stamp(p.UpdatedAt), UpdatedBy: showActor(p.UpdatedBy),
	})
	a.headers = map[string]string{"ETag": twofactor.PolicyETag(p.Number)}
	return a
}

func getPolicy(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	p, err := d.Policies.Get(ctx, r.Caller, r.Tenant)
	return showSavedPolicy(p), err
}

func putPolicy(ctx context.Context, d Deps, r request[policyRequest]) (answer, error) {
	p, err := d.Policies.Put(ctx, r.Caller, r.Tenant, twofactor.PolicyInput{
		Policy:  r.Body.Policy.policy(),
		IfMatch: r.IfMatch,
		Notify:  r.Body.Notify,
	})
	return showSavedPolicy(p), err
}

// presetBody is a policy ready to PUT.
type presetBody struct {
	Name   string     `json:"name"`
	Policy policyBody `json:"policy"`
}

func listPresets(context.Context, Deps, request[nothing]) (answer, error) {
	var b struct {
		Items []presetBody `json:"items"`
	}
	for _, p := range twofactor.Presets() {
		b.Items = append(b.Items, presetBody{Name: p.Name, Policy: showPolicy(p.Policy)})
	}
	return ok(b), nil
}

// requirementRequest is the body of PUT …/requirement.
type requirementRequest struct {
	Requirement twofactor.RequirementValue `json:"requirement" want:"required"`
	Reason      string                     `json:"reason"`
	ExpiresAt   *string                    `json:"expires_at" want:"nullable"`
}

func setRequirement(ctx context.Context, d Deps, r request[requirementRequest]) (answer, error) {
	until, err := readTime(r.Body.ExpiresAt, "/expires_at")
	if err != nil {
		return answer{}, err
	}
	view, err := d.Policies.SetRequirement(ctx, r.Caller, r.ref(), twofactor.RequirementInput{
		Value:     r.Body.Requirement,
		Reason:    r.Body.Reason,
		ExpiresAt: until,
	})
	return changedUser(view), err
}
