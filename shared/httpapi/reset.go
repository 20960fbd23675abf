package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// resetRequest is the body of POST …/reset.
type resetRequest struct {
	Reason string `json:"reason" want:"required"`
	Then   string `json:"then"`
}

func resetFactor(ctx context.Context, d Deps, r request[resetRequest]) (answer, error) {
	view, err := d.Resets.Reset(ctx, keep(r.Caller, changedUser), r.ref(), twofactor.ResetInput(r.Body))
	return changedUser(view), err
}

func unlockFactor(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	view, err := d.Resets.Unlock(ctx, keep(r.Caller, changedUser), r.ref())
	return changedUser(view), err
}
