package twofactor

import (
	"context"
	"time"
)

// RequestView is a request as the desk sees it.
type RequestView struct {
	ID        string
	User      string
	State     ResetRequestState
	Reason    string
	CreatedAt time.Time
	ExpiresAt time.Time
	DecidedAt time.Time
	DecidedBy *Ref
	Note      string
}

func (r *ResetRequest) view(state ResetRequestState) RequestView {
	return RequestView{
		ID: r.ID, User: r.User, State: state, Reason: r.Reason, CreatedAt: r.CreatedAt,
		ExpiresAt: r.CreatedAt.Add(resetRequestLife),
		DecidedAt: r.DecidedAt, DecidedBy: r.DecidedBy, Note: r.Note,
	}
}

// RequestQuery asks for a page of the desk, newest first. State "" is all.
type RequestQuery struct {
	State  ResetRequestState
	Limit  int
	Cursor string
}

// check refuses a state that no request can have.
func (q RequestQuery) check() error {
	switch q.State {
	case "", ResetPending, ResetApproved, ResetDenied, ResetCancelled, ResetExpired:
		return nil
	}
	return invalid("/query/state", `It is "pending", "approved", "denied", "cancelled" or "expired".`)
}

// Requests lists a tenant's reset requests. A page may be short: the state is
// worked out after the page was read.
func (r *Resets) Requests(ctx context.Context, c Caller, tenant string, q RequestQuery) ([]RequestView, string, error) {
	a, err := r.authorize(ctx, c, tenant, actDeskRead)
	if err != nil {
		return nil, "", err
	}
	if err := q.check(); err != nil {
		return nil, "", err
	}
	limit, err := pageSize(q.Limit)
	if err != nil {
		return nil, "", err
	}
	after, err := r.openCursor(ctx, c, "reset_requests/"+tenant, q.Cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := r.Store.List(ctx, Query{
		Kind: KindResetRequest, Tenant: tenant, After: after, Limit: limit, Descending: true,
	})
	if err != nil {
		return nil, "", unavailable(err)
	}
	views, err := r.viewRequests(ctx, page.Records, q.State, a.now)
	if err != nil {
		return nil, "", err
	}
	next, err := r.sealCursor(ctx, c, "reset_requests/"+tenant, page.Next)
	return views, next, err
}

func (r *Resets) viewRequests(ctx context.Context, records []Record, wanted ResetRequestState, now time.Time) ([]RequestView, error) {
	var wants []Want
	for _, record := range records {
		if paper := record.(*ResetRequest); paper.Decided == "" {
			wants = append(wants, Want{Key: AuthKey(paper.Ref)})
		}
	}
	found, err := r.load(ctx, distinct(wants)...)
	if err != nil {
		return nil, err
	}
	views := []RequestView{}
	for _, record := range records {
		paper := record.(*ResetRequest)
		state := paper.state(Get[Auth](found, AuthKey(paper.Ref)), now)
		if wanted == "" || wanted == state {
			views = append(views, paper.view(state))
		}
	}
	return views, nil
}
