package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// explanationBody is a decision with what each rule had to say to it, in the
// order of contract §6.
type explanationBody struct {
	Decision twofactor.Decision `json:"decision"`
	Reason   twofactor.Reason   `json:"reason"`
	Rules    []ruleBody         `json:"rules"`
}

type ruleBody struct {
	Rule    string `json:"rule"`
	Applies bool   `json:"applies"`
	Says    string `json:"says"`
}

func explain(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	a, err := d.Policies.Explain(ctx, r.Caller, r.ref())
	b := explanationBody{Decision: a.Decision, Reason: a.Reason}
	for _, rule := range a.Rules {
		b.Rules = append(b.Rules, ruleBody{Rule: rule.Name, Applies: rule.Applies, Says: rule.Says})
	}
	return ok(b), err
}
