package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// userFilters are the parameters of GET …/users.
var userFilters = append([]string{"state", "role", "locked", "reset_requested", "q"}, listParameters...)

func (q query) users() (twofactor.UserQuery, error) {
	limit, err := q.limit()
	if err != nil {
		return twofactor.UserQuery{}, err
	}
	locked, err := q.flag("locked")
	if err != nil {
		return twofactor.UserQuery{}, err
	}
	asked, err := q.flag("reset_requested")
	if err != nil {
		return twofactor.UserQuery{}, err
	}
	return twofactor.UserQuery{
		State: twofactor.State(q["state"]), Role: q["role"], Locked: locked, ResetRequested: asked, Q: q["q"],
		Limit: limit, Cursor: q["cursor"],
	}, nil
}

func listUsers(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	asked, err := r.Query.users()
	if err != nil {
		return answer{}, err
	}
	views, next, err := d.Users.List(ctx, r.Caller, r.Tenant, asked)
	b := listBody[userBody]{NextCursor: orNull(next)}
	for _, view := range views {
		b.Items = append(b.Items, showUser(view))
	}
	return ok(b), err
}
