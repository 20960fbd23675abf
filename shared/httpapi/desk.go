package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// askRequest is the body of POST /v1/reset-requests.
type askRequest struct {
	Reason string `json:"reason"`
}

// askedBody names the request that is open now.
type askedBody struct {
	ID    string                      `json:"id"`
	State twofactor.ResetRequestState `json:"state"`
}

func requestReset(ctx context.Context, d Deps, r request[askRequest]) (answer, error) {
	a, err := d.Resets.Request(ctx, r.Caller, twofactor.RequestInput(r.Body))
	return accepted(askedBody(a)), err
}

// deskBody is a reset request as the desk sees it.
type deskBody struct {
	ID        string                      `json:"id"`
	User      string                      `json:"user"`
	State     twofactor.ResetRequestState `json:"state"`
	Reason    string                      `json:"reason"`
	CreatedAt *string                     `json:"created_at"`
	ExpiresAt *string                     `json:"expires_at"`
	DecidedAt *string                     `json:"decided_at"`
	DecidedBy *actorBody                  `json:"decided_by"`
	Note      *string                     `json:"note"`
}

func showDesk(v twofactor.RequestView) deskBody {
	return deskBody{
		ID: v.ID, User: v.User, State: v.State, Reason: v.Reason,
		CreatedAt: stamp(v.CreatedAt), ExpiresAt: stamp(v.ExpiresAt),
		DecidedAt: stamp(v.DecidedAt), DecidedBy: showActor(v.DecidedBy), Note: orNull(v.Note),
	}
}

// requestFilters are the parameters of GET …/reset-requests.
var requestFilters = append([]string{"state"}, listParameters...)

func listRequests(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	limit, err := r.Query.limit()
	if err != nil {
		return answer{}, err
	}
	views, next, err := d.Resets.Requests(ctx, r.Caller, r.Tenant, twofactor.RequestQuery{
		State: twofactor.ResetRequestState(r.Query["state"]), Limit: limit, Cursor: r.Query["cursor"],
	})
	b := listBody[deskBody]{NextCursor: orNull(next)}
	for _, view := range views {
		b.Items = append(b.Items, showDesk(view))
	}
	return ok(b), err
}

// decisionRequest is the body of approve and deny.
type decisionRequest struct {
	Note string `json:"note"`
}

// decideRequest makes the endpoint of approve, or of deny.
func decideRequest(approve bool) func(context.Context, Deps, request[decisionRequest]) (answer, error) {
	show := func(v twofactor.RequestView) answer { return ok(showDesk(v)) }
	return func(ctx context.Context, d Deps, r request[decisionRequest]) (answer, error) {
		view, err := d.Resets.Decide(ctx, keep(r.Caller, show), r.Tenant, twofactor.DecideInput{ID: r.ID, Approve: approve, Note: r.Body.Note})
		return show(view), err
	}
}
