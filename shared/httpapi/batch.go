package httpapi

import (
	"context"
	"net/http"

	"sallyport/shared/twofactor"
)

// maxBatch is how many items one batch may hold (contract §3).
const maxBatch = 500

// usersRequest is the body of POST …/users/batch.
type usersRequest struct {
	Users []usersItem `json:"users" want:"required"`
}

// usersItem is a directory entry with its id. It must have the same members
// as userRequest; one that misses any is refused by itself, not the batch.
type usersItem struct {
	ID     string            `json:"id" want:"required"`
	Email  maybe[string]     `json:"email" want:"nullable"`
	Name   *string           `json:"name" want:"nullable"`
	Role   *string           `json:"role"`
	SignIn *twofactor.SignIn `json:"sign_in"`
	Active *bool             `json:"active"`
	Locale *string           `json:"locale" want:"nullable"`
}

func (i usersItem) input() (twofactor.UserInput, error) {
	var missing []twofactor.FieldError
	need := func(given bool, name string) {
		if !given {
			missing = append(missing, twofactor.FieldError{Pointer: "/" + name, Detail: "This member is missing."})
		}
	}
	need(i.Email.Given, "email")
	need(i.Role != nil, "role")
	need(i.SignIn != nil, "sign_in")
	if len(missing) > 0 {
		return twofactor.UserInput{}, invalidFields(missing...)
	}
	entry := userRequest{Email: i.Email.Value, Name: i.Name, Role: *i.Role, SignIn: *i.SignIn, Active: i.Active, Locale: i.Locale}
	return entry.input(i.ID, "")
}

// itemsBody answers a batch, item by item, in the order of the request.
type itemsBody struct {
	Items []itemBody `json:"items"`
}

// itemBody is what became of one item: a status of HTTP, or "not_tried".
type itemBody struct {
	ID      string   `json:"id"`
	Status  any      `json:"status"`
	Problem *problem `json:"problem,omitzero"`
}

func showItem(d Deps, requestID string, r twofactor.ItemResult) itemBody {
	switch {
	case r.Err != nil:
		p := problemOf(refusalOf(r.Err, d.Now()), d.Issuer, requestID)
		return itemBody{ID: r.ID, Status: p.Status, Problem: &p}
	case r.Outcome == twofactor.OutcomeCreated:
		return itemBody{ID: r.ID, Status: http.StatusCreated}
	case r.Outcome == twofactor.OutcomeUpdated, r.Outcome == twofactor.OutcomeUnchanged:
		return itemBody{ID: r.ID, Status: http.StatusOK}
	}
	return itemBody{ID: r.ID, Status: twofactor.OutcomeNotTried}
}

// putUsers answers item by item. An item that misses a member goes on without
// a role, which the use case refuses; the answer says what was missing.
func putUsers(ctx context.Context, d Deps, r request[usersRequest]) (answer, error) {
	if n := len(r.Body.Users); n < 1 || n > maxBatch {
		return answer{}, invalid("/users", "A batch holds 1 to 500 users.")
	}
	inputs := make([]twofactor.UserInput, len(r.Body.Users))
	refused := make([]error, len(r.Body.Users))
	for i, item := range r.Body.Users {
		if inputs[i], refused[i] = item.input(); refused[i] != nil {
			inputs[i] = twofactor.UserInput{ID: item.ID}
		}
	}
	show := func(results []twofactor.ItemResult) answer {
		var b itemsBody
		for i, result := range results {
			if result.Err != nil && refused[i] != nil {
				result.Err = refused[i]
			}
			b.Items = append(b.Items, showItem(d, r.RequestID, result))
		}
		return ok(b)
	}
	results, err := d.Users.PutMany(ctx, keep(r.Caller, show), r.Tenant, inputs)
	return show(results), err
}
