package boot

import (
	"context"

	"sallyport/shared/twofactor"
)

// OperatorRequest is what the operator is asked to do. Do is "prepare" (make
// missing keys and rotate those that are due) or "create_key" (make an API
// key; the other members describe it).
type OperatorRequest struct {
	Do       string            `json:"do"`
	Name     string            `json:"name,omitempty"`
	Audience string            `json:"audience,omitempty"`
	Scopes   []twofactor.Scope `json:"scopes,omitempty"`
	Tenants  []string          `json:"tenants,omitempty"`
}

// OperatorAnswer says what was done.
type OperatorAnswer struct {
	// Made names the keys that were made or retired.
	Made []string `json:"made"`
	// KeyID and Key are a new API key; Key is shown this once.
	KeyID string `json:"key_id,omitempty"`
	Key   string `json:"key,omitempty"`
}

// OperatorHandler answers one call of the operator.
type OperatorHandler func(context.Context, OperatorRequest) (OperatorAnswer, error)

// Operator builds the function operator. It is never reached over HTTP: who
// may invoke it is decided by IAM.
func Operator() (OperatorHandler, error) {
	base, err := Open("operator")
	if err != nil {
		return nil, err
	}
	return Operate(twofactor.NewOperate(base.Deps, base.Keeper)), nil
}

// Operate puts the handler in front of the use case.
func Operate(operate *twofactor.Operate) OperatorHandler {
	return func(ctx context.Context, in OperatorRequest) (OperatorAnswer, error) {
		done, err := operate.Run(ctx, twofactor.OperateInput(in))
		if err != nil {
			return OperatorAnswer{}, err
		}
		answer := OperatorAnswer{Made: done.Made, KeyID: done.KeyID, Key: done.Key.Reveal()}
		if answer.Made == nil {
			answer.Made = []string{}
		}
		return answer, nil
	}
}
